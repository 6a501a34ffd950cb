"""The source holds something possible, and the card states it as a fact.

**Why.** "May", "seems" and "is thought to" are results, too. A learner who recalls the claim without them knows more than the source does, and
will be wrong the day that the guess falls. Nothing else on the card warns: each word of the quote is right (Matuschak 2020 asks prompts to be
precise; Wozniak 1999, rule 4, warns that simple must not become false).

**Bad**

```yaml
- question: Where do the leaves stay fresh for longer?
  answer: In a cool cellar.
  cite: A cool cellar may keep them fresh for longer.
```

**Good**

```yaml
- question: Where may the leaves stay fresh for longer?
  answer: In a cool cellar.
  cite: A cool cellar may keep them fresh for longer.
- question: Where do the leaves stay fresh for longer, according to the guide?
  answer: In a cool cellar.
  cite: A cool cellar may keep them fresh for longer.
```

One word such as *may*, *can*, *said to* or *according to*, anywhere in the question, the answer, `extra` or a remark, is enough. Left alone are a
"may" that permits, as in laws, a "perhaps" before a number, and quotes beside another that says the same without a reservation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import content, plain, stems, words
from citedeck.rules.rule import Finding, rule

# Verbs behind which "may" is a guess. "A buyer may reject" permits.
_GUESSED = """account activate affect also arise block bring cause come contribute damage decrease delay depend derive develop even explain extend harm
    help hide impair improve increase influence inhibit keep lead lower make mean narrow originate partly play precede prevent produce promote protect
    raise reduce reflect reverse result serve shorten slow spread stem stimulate strengthen suffer support take trigger underlie weaken widen work worsen"""
_BEING = (
    "associated|better|caused|dangerous|due|explained|false|harmful|important|involved|linked|needed|related|required|responsible|safer?|that|"
    "the|true|useful|worse"
)
_HEDGE = re.compile(
    rf"\b(?:(?-i:may)|might)\b(?= (?:not |well |only )?(?:{'|'.join(_GUESSED.split())})\b| (?:not |well |once )?have (?:been|\w+(?:ed|en|ne|wn))\b|"
    rf" (?:not |well )?be (?:an? |partly |more |less )?(?:{_BEING})\b)"
    r"|\bmight\b(?! as well)"
    r"|\bcould\b(?= (?:also |well |partly )?(?:account|be due|be the|explain|have|mean|reflect|stem)\b)"
    r"|(?<!more )(?<!less )(?<!as )(?<!equally )(?<!how )\blikely\b(?! to\b)"
    r"|\b(?:apparently|conceivably|maybe|perhaps|possibly|presumably|probably)\b(?! (?:an? |as |by |half|some |up |one |two |three |\d))"
    r"|\bseems?\b|\bappears? (?:to|that|likely)\b|\b(?:is|it's) possible that\b"
    r"|(?<!long )\b(?:is|are) (?:also |now |often |widely |generally )?(?:believed|claimed|hypothesi[sz]ed|said|speculated|suspected|thought) (?:to|that)\b"
    r"(?!.*\b(?:if|when|provided)\b)"  # "A field is said to be conservative if" defines.
    r"|\b(?:data|evidence|experiments?|findings?|research|results?|stud(?:y|ies)|surveys?|trials?) (?:also )?suggests?\b|\bbeen suggested\b"
    r"|\bin some (?:experiments|studies|trials)\b|\b(?:by|one) (?:hypothesis|theory)\b"
    r"|\bsome (?:\w+ )?(?:argue|believe|claim|hold|say|suspect|think)\b",
    re.IGNORECASE,
)
_AGENTS = frozenset(
    """anybody anyone authority buyer buyers caller candidate candidates citizen citizens claimant client clients commission congress consumer consumers
    council court courts creditor creditors debtor debtors defendant employee employees employer employers everybody everyone government he house
    judge judges jury king landlord lords member members minister ministers nobody one owner owners parliament parties party people person persons
    player players police president queen seller senate server servers she state states student students teacher tenant tenants trader tribunal
    tribunals user users we who you""".split()
)
"""Those to whom a "may" gives permission."""
# What in an author's words tells learners that something is possible, or that somebody holds it.
_CAUTION = re.compile(
    r"\b(?:(?-i:may)|might|can|could|would|cannot|possib\w*|potential\w*|perhaps|probab\w*|maybe|likel\w*|presum\w*|apparent\w*|appear\w*|seem\w*|suggest\w*|"
    r"thinks?|thought|believ\w*|says?|said|claim\w*|assum\w*|suppos\w*|suspect\w*|hypothes\w*|theor\w*|propos\w*|specula\w*|argu(?:e|es|ed|ing|ably)|according|attribut\w*|"
    r"describ\w*|call(?:s|ed)?|report\w*|opinions?|views?|uncertain\w*|unclear|unproven|disput\w*|debat\w*|controvers\w*|contested|evidence|stud(?:y|ies)|"
    r"trials?|tests?|experiments?|risks?|dangers?|side effects?|adverse|complications?|symptoms?|signs?|sometimes|some|often|usually|many|not certain|tends?|"
    r"offer\w*|hold|holds|guess\w*|expect\w*|named|conclu\w*|reason\w* for)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;:!?…–—]+|,? (?:but|because|though|although|whereas|while|so that|since|yet|which)\b|, (?:and|so)\b")


@rule(Severity.WARNING, on=False, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions whose supporting quotes hedge where they carry the answer, and which say nothing of it."""
    for asked in material.asked:
        if not asked.claims or not (hedge := _dropped(asked)) or any(_CAUTION.search(text) for text in _own_words(asked)):
            continue
        message = f"the source says '{hedge}' where the card states a fact"
        hint = "say so in the question or the answer, or name who holds it"
        yield Finding(asked.claims[0].text.span if len(asked.claims) == 1 else asked.span, message, hint, asked.id)


def _dropped(asked: Asked) -> str:
    """Return the hedge of the clause that carries the answer; empty if there is none, or if another clause carries as much of it without one."""
    quotes = (one.words for one in asked.found if one.words and one.citation.stance == "supports")
    clauses = [(clause, _hedge_of(clause)) for quote in quotes for clause in _CLAUSE.split(plain(quote))]
    if not any(hedge for _, hedge in clauses):
        return ""
    prompt = asked.prompt.stems if asked.prompt else frozenset()
    answer = frozenset(stem for claim in asked.claims for stem in claim.stems) - prompt
    best, plainest, dropped = 0, 0, ""
    for clause, hedge in clauses:
        found = stems(content(words(clause)))
        carried = 2 * len(found & answer) + len(found & prompt)
        if not hedge:
            plainest = max(plainest, carried)
        elif carried > best:
            best, dropped = carried, hedge
    return dropped if best > plainest else ""


def _hedge_of(clause: str) -> str:
    """Return the first hedge of a clause. Behind somebody who can be permitted, "may" is none."""
    for match in _HEDGE.finditer(clause):
        if match[0].lower() != "may" or not _AGENTS.intersection(words(clause[: match.start()])[-1:]):
            return match[0].lower()
    return ""


def _own_words(asked: Asked) -> Iterator[str]:
    """Yield what learners read of the author's words."""
    yield from (prose.plain for prose in asked.said)
    yield from (plain(one.citation.remark.value) for one in asked.found if one.citation.remark)
