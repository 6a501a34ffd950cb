"""Words that turn the meaning of a sentence when they are another: where a quote differs in one of them, it says something else."""

from __future__ import annotations

NEGATIONS = frozenset(
    """no not nor none neither never nobody nothing nowhere without cannot can't won't don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't
    shouldn't wouldn't couldn't mustn't needn't mightn't n't non hardly barely scarcely seldom rarely lack lacks lacked lacking absent absence fail fails
    failed failing free except unless instead
    nicht kein keine keinen keinem keiner keines nie niemals nichts ohne weder kaum niemand ne pas sans jamais aucun aucune rien ni nul nulle sin nunca
    ningún ninguna ninguno tampoco nada jamás não sem nem nenhum nenhuma mai non senza nessun nessuno nessuna niente geen niet nooit zonder niets inte
    ingen inga aldrig utan ikke ikkje uden nie bez żaden żadna не нет ни без никогда ничего нельзя δεν μην χωρίς ούτε ποτέ لا ليس لم لن غير بدون ما
    לא אין בלי אל לעולם नहीं न मत बिना ना இல்லை வேண்டாம் 않다 않는다 않는 없다 없는 없이 아니다 못 안""".split()
)

_MODALS = """may might must can could shall should will would ought need needs needed always often sometimes usually possibly probably likely perhaps
    certainly definitely required allowed advised recommended contraindicated darf dürfen muss müssen soll sollen sollte kann können könnte peut doit
    devrait pourrait puede debe podría debería"""
_QUANTITIES = """all any both each either every few fewer fewest half least less lesser little lots many more most much several some twice thrice once double
    doubled triple tripled quarter third majority minority only just almost nearly about around approximately exactly roughly over under up to
    above below beyond within between maximum minimum mean median average total alone together same other another different similar equal opposite"""
_NUMBERS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty
    forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen first second third fourth fifth sixth seventh eighth ninth
    tenth fold percent eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend million milliarde un deux trois quatre cinq six
    sept huit neuf dix cent mille uno dos tres cuatro cinco seis siete ocho nueve diez cien mil i ii iii iv v vi vii viii ix x"""
_UNITS = """second seconds minute minutes hour hours day days week weeks month months year years decade decades century hourly daily nightly weekly
    fortnightly monthly quarterly yearly annually milligram milligrams microgram micrograms gram grams kilogram kilograms litre litres liter liters
    millilitre millilitres milliliter milliliters metre metres meter meters millimetre millimetres centimetre centimetres kilometre kilometres degree
    degrees celsius fahrenheit kelvin mole moles millimole millimoles micromole nanomole unit units milliunit volt volts millivolt millivolts watt watts
    joule joules calorie calories kilocalorie hertz kilohertz pascal bar percent percentage point points"""
_DIRECTIONS = """increase increases increased increasing decrease decreases decreased decreasing raise raises raised rise rises rose risen fall falls fell
    fallen lower lowers lowered higher high low reduce reduces reduced reducing elevate elevated grow grew shrink shrank gain gained lose lost loss
    improve improves improved worsen worsens worsened better worse best worst stronger weaker strong weak longer shorter long short faster slower fast
    slow larger smaller large small greater great big activate activates activated activation inactivate inhibit inhibits inhibited inhibition excite
    excites excited excitation stimulate suppress block blocks blocked blocking open opens opened close closes closed enhance impair before after during
    until since early earlier late later previous next first last with without for against into onto from toward towards left right upper lower inner
    outer anterior posterior dorsal ventral medial lateral proximal distal superior inferior upstream downstream acute chronic active inactive positive
    negative agonist antagonist agonists antagonists inhibitor inducer presynaptic postsynaptic safe unsafe effective ineffective normal abnormal"""
_PEOPLE = """adult adults child children infant infants newborn men women man woman male female males females boy boys girl girls mother father rat rats
    mouse mice human humans patient patients control controls animal animals he she they it we you i him her them his hers their our my your"""

TURNING = NEGATIONS | frozenset(f"{_MODALS} {_QUANTITIES} {_NUMBERS} {_UNITS} {_DIRECTIONS} {_PEOPLE}".split())
"""Words that mean another thing in every other form, in lower case."""

FILLERS = frozenset("uh um er erm ah ahem hmm hm mm mhm äh ähm öh euh".split())
"""Sounds of speech: they may be left out of a quote, or stand in it, without saying anything else."""

LOOKALIKES = frozenset(
    frozenset(pair.split("/"))
    for pair in """dysphagia/dysphasia marital/martial humeral/humoral mucous/mucus thyroxine/thyronine cytosine/cysteine palpation/palpitation
    desert/dessert hoping/hopping planed/planned discreet/discrete complement/compliment principal/principle stationary/stationery hypnotic/hypotonic""".split()
)
"""Pairs of words that differ where a slip of the finger might, and mean different things."""
