"""What publishers' own words mean: codes and titles of milestones, details of methods, in several languages."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from messages.tenders.milestones import Milestone
from messages.tenders.records import Method

_MILESTONES: Final[Mapping[Milestone, str]] = {
    # The first that fits is meant: the narrower ones stand before the wider.
    Milestone.PREQUALIFICATION_ANSWERED: (
        r"资格预审.*异议.*答复|答复.*资格预审.*异议|"
        r"(?=.*\bpre ?qualification)(?=.*\bobjection).*\b(answer|repl(y|ies)|response)"
    ),
    Milestone.PREQUALIFICATION_DEADLINE: (
        r"^(?!.*(异议|\bobjection)).*(pre ?qualification.*(deadline|applications?)|资格预审.*截止)"
    ),
    Milestone.EXPERTS_DRAWN: r"抽取.*专家|专家.*抽取|experts?.*(drawn|selected)|drawing.*experts",
    Milestone.CANDIDATES_UNTIL: r"候选人公示.*(结束|截止)",
    Milestone.CANDIDATES_FROM: r"候选人公示|candidates? (published|announced)",
    Milestone.DEPOSITS_RETURNED: r"退还.*保证金|保证金.*退还|(return|refund).*(deposit|bid security|bid bond)",
    Milestone.EVALUATION_REPORTED: r"(评标|评审)报告|evaluation ?report|informe de evaluaci|rapport d.[ée]valuation",
    Milestone.ENQUIRIES_UNTIL: (
        r"(提问|提疑|疑问).*截止|"
        r"^(?!.*\b(answer|repl(y|ies)|respon|publi|respuesta))"
        r"(?=.*\b(question|enquir|inquir|clarif|consultas|preguntas|aclaraci))"
        r"(?=.*\b(deadline|closing|close[sd]?|last da(y|te)|ends?|until|due|limite|cierre|fin|plazo|recepci))"
    ),
    Milestone.OPENING: (
        r"开标|开启|\b(bid|tender|proposal|offer|quotation)s?[ _-]?open|open(ing)?[ _-]*(of )?(the )?"
        r"(bid|tender|proposal|offer|quotation|envelope)|apertura|abertura|ouverture des (plis|offres)|deschidere|"
        r"розкриття|\b(date|time) of (the )?opening$|^opening( date| time| session)?$|^(date d.\s?)?ouverture$"
    ),
    Milestone.BID_DEADLINE: (
        r"(投标|响应).*截止|截标|(bid|tender|submission|proposal|offer)s?[ _-]*(submission )?(deadline|closing|due)|"
        r"deadline for (the )?(submission(?! of (objection|complaint))|bid|tender)|closing date|"
        r"acceptance of (bid|tender|proposal|offer)s|"
        r"(presentaci|recepci)[oó]n de (las )?(ofertas|propuestas)"
    ),
    Milestone.CLARIFIED: (
        r"澄清|更正|答疑|clarification|answers? to (questions|enquiries)|addend|aclaraci|"
        r"respuestas? a (las )?(preguntas|consultas)|роз.?яснен"
    ),
    Milestone.AWARD_PUBLISHED: r"(结果|中标|成交)公告|publi\w+ .*(award|result)|(award|result)\w* publi",
    Milestone.AWARD_NOTICE: (
        r"(中标|成交)通知|award ?notice|notice of award|letters? of (acceptance|award)|intention to award|"
        r"notificaci[oó]n de (la )?adjudicaci|\bfallo\b"
    ),
    Milestone.BUYER_DECIDED: r"定标|确定(中标|成交)|award ?decision|decision to award|adjudicaci[oó]n",
    Milestone.EVALUATION: r"评标|评审|evaluat|evaluaci|[ée]valuation|оцінк|assessment of (bids|tenders)",
    Milestone.CONTRACT_PUBLISHED: r"合同公告|合同公示|contract ?publi|publication of (the )?contract",
    Milestone.CONTRACT_SIGNED: (
        r"签订合同|合同签订|签约|contract.*sign|sign(ing|ature)?.*contract|firma del? (el )?contrato|"
        r"signature du (contrat|march)"
    ),
    Milestone.ACCEPTANCE: (
        r"验收|accept|acepta(?!.*(oferta|propuesta))|aceita(?!.*proposta)|recepci[oó]n|r[ée]ception|recepț|прийман"
    ),
    Milestone.ANNOUNCED: (
        r"(招标|采购|发布)公告|公告发布|publication of (the )?(tender|notice|invitation)|"
        r"(tender|notice|invitation) publi|publicaci[oó]n de (la )?(convocatoria|licitaci)"
    ),
}


def _plain(text: str) -> str:
    """A text without its accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


_TITLES: Final = tuple(
    (milestone, re.compile(_plain(words), re.IGNORECASE)) for milestone, words in _MILESTONES.items()
)

_METHODS: Final = tuple(
    (method, re.compile(words, re.IGNORECASE))
    for method, words in (
        (Method.FRAMEWORK, r"框架|framework|acuerdo marco|convenio marco|accord-cadre"),
        (
            Method.SINGLE_SOURCE,
            r"单一来源|single[ -]?source|sole[ -]?source|direct|contrataci[oó]n directa|gr[ée] à gr[ée]",
        ),
        (Method.CONSULTATION, r"磋商|consultation|dialogue|di[aá]logo"),
        (Method.NEGOTIATION, r"谈判|negotiat|negociaci|n[ée]goci"),
        (
            Method.INQUIRY,
            r"询价|inquiry|enquiry|quotation|rfq|cotizaci|запит.*цінов|comparison of prices|shopping|ofertelor de pre",
        ),
        (Method.INVITED, r"邀请|invit|restricted|selective|restringid"),
        (Method.OPEN, r"公开|\bopen|public[ao]? |licitaci[oó]n p[uú]blica|відкрит"),
    )
)
_CODES: Final[Mapping[str, Method]] = {
    "open": Method.OPEN,
    "selective": Method.INVITED,
    "direct": Method.SINGLE_SOURCE,
}


def milestone_called(*names: str) -> Milestone | None:
    """The step that a milestone is, by its code and its title, the first that says anything."""
    for name in names:
        plain = _plain(re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-]", " ", name)).strip()
        for milestone, words in _TITLES:
            if words.search(plain):
                return milestone
    return None


def method_called(code: str, details: str) -> Method | None:
    """The method of a code of the standard (open, selective, limited, direct) and of the publisher's own words."""
    by_code = _CODES.get(code.strip().casefold())
    found = (method for method, words in _METHODS if words.search(f"{details} {code}"))
    by_words = next(found, None)
    if by_code is Method.OPEN and by_words not in {Method.FRAMEWORK, Method.INQUIRY, Method.CONSULTATION}:
        return Method.OPEN
    if by_words is not None or by_code is not None:
        return by_words or by_code
    return Method.OTHER if code or details else None
