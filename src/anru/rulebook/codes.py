"""The closed lists of codes that rules, spaces and campaigns refer to. Their words stand in `vocabulary`."""

from __future__ import annotations

from enum import StrEnum


class SpaceClass(StrEnum):
    """The three classes of confined space."""

    UNDERGROUND = "underground"
    ABOVEGROUND = "aboveground"
    CLOSED_EQUIPMENT = "closed_equipment"


class Hazard(StrEnum):
    """What can harm a person in a confined space."""

    H2S = "h2s"
    CO = "co"
    CO2 = "co2"
    CH4 = "ch4"
    O2_DEFICIENCY = "o2_deficiency"
    O2_ENRICHMENT = "o2_enrichment"
    INERT_GAS = "inert_gas"
    NH3 = "nh3"
    HCN = "hcn"
    CL2 = "cl2"
    SO2 = "so2"
    NOX = "nox"
    PH3 = "ph3"
    SOLVENT_VAPOUR = "solvent_vapour"
    WELDING_FUME = "welding_fume"
    FIRE_EXPLOSION = "fire_explosion"
    COMBUSTIBLE_DUST = "combustible_dust"
    DROWNING = "drowning"
    ENGULFMENT = "engulfment"
    ELECTRIC = "electric"
    HEAT = "heat"
    COLD = "cold"
    FALLS = "falls"
    FALLING_OBJECTS = "falling_objects"
    MECHANICAL = "mechanical"
    CORROSIVE = "corrosive"
    INFECTION = "infection"


class Sector(StrEnum):
    """The trade of an enterprise. The first eight are those of Order 13 art. 2."""

    METALLURGY = "metallurgy"
    NONFERROUS = "nonferrous"
    BUILDING_MATERIALS = "building_materials"
    MACHINERY = "machinery"
    LIGHT_INDUSTRY = "light_industry"
    TEXTILE = "textile"
    TOBACCO = "tobacco"
    COMMERCE = "commerce"
    HAZCHEM = "hazchem"
    MUNICIPAL = "municipal"
    CONSTRUCTION = "construction"
    OTHER = "other"


class IsolationKind(StrEnum):
    """What keeps people from getting into a space without approval."""

    GUARD_RAIL = "guard_rail"
    VENTED_COVER = "vented_cover"
    LOCK = "lock"
    BLIND = "blind"
    BARRIER = "barrier"
    NET = "net"


class Confidence(StrEnum):
    """How the content of a rule was read, and so whether the product may refuse anything because of it."""

    A = "A"
    B = "B"
    B_PARAPHRASE = "B*"
    C = "C"
    M = "M"
    P = "P"


class RuleKind(StrEnum):
    """What a rule does."""

    DEFINITION = "definition"
    DUTY = "duty"
    PROHIBITION = "prohibition"
    LIMIT = "limit"
    INTERVAL = "interval"
    METHOD = "method"
    ISOLATION = "isolation"
    MAJOR_HAZARD = "major_hazard"
    PENALTY = "penalty"
    POWER = "power"
    PARAMETER = "parameter"


class Bearer(StrEnum):
    """Who has to do what a rule asks."""

    ENTERPRISE = "enterprise"
    PRINCIPAL = "principal"
    SAFETY_MANAGER = "safety_manager"
    APPROVER = "approver"
    WORK_LEADER = "work_leader"
    GUARDIAN = "guardian"
    ENTRANT = "entrant"
    RESCUER = "rescuer"
    TESTER = "tester"
    CONTRACTOR = "contractor"
    AUTHORITY = "authority"
    PROVIDER = "provider"
