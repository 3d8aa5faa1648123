"""Plausible but fictional names, addresses and codes. Everything follows from one seed, so each load is the same."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
SURNAMES = "陈王张林李徐周俞胡朱沈吴郑钱孙何董史鲍应裘竺励忻邬乐戴杨谢金"
GIVEN_FIRST = "建国志海永伟宏明立军春文晓佳雪丽亚红爱美慧静思雨浩俊子嘉天卫"
GIVEN_LAST = "华平明龙波峰强辉敏芳娟燕萍英军杰斌磊涛超飞洁莉琴霞宁达康安成"

BRANDS_FIRST = "甬鄞东明海恒瑞华盛金鑫宏永丰泰兴隆顺安康佳美新博奥凯锐捷欧科雅润天鸿"
BRANDS_LAST = "达盛源润泰丰辉腾远通和利安诚信隆昌茂宇洲航舟江峰岳川泽林森晟铭"

TRADES: dict[str, tuple[tuple[str, ...], float]] = {
    "machinery": (
        ("机械制造", "模具", "汽车零部件", "电机", "金属制品", "表面处理", "紧固件", "电镀", "阀门"),
        0.42,
    ),
    "light_industry": (("食品", "包装", "纸业", "塑料制品", "电器", "酿造", "水产", "家具"), 0.25),
    "textile": (("纺织", "印染", "服饰", "针织", "水洗"), 0.12),
    "building_materials": (("建材", "混凝土", "水泥制品", "新型墙材"), 0.07),
    "nonferrous": (("铜业", "铝业", "有色合金"), 0.05),
    "metallurgy": (("钢管", "特钢", "铸造"), 0.04),
    "commerce": (("商贸", "超市", "冷链物流", "酒店管理"), 0.04),
    "tobacco": (("烟草物流",), 0.01),
}

ROADS = (
    "工业",
    "创业",
    "金达",
    "兴宁",
    "启明",
    "诚信",
    "科技",
    "新城",
    "滨江",
    "鄞县大道",
    "通途",
    "宁横",
    "沿河",
    "聚兴",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of space as it is met in a trade: its name, class, sub-type, opening and usual size in metres."""

    name: str
    space_class: str
    sub_type: str
    opening: str
    size: tuple[float, float, float]
    location: str


POOL = Kind("污水调节池", "underground", "sewage_pool", "semi_closed", (8, 5, 3.5), "厂区西北角污水站")
SPACES: dict[str, tuple[Kind, ...]] = {
    "machinery": (
        POOL,
        Kind("废水收集池", "underground", "sewage_pool", "closed", (5, 3, 2.8), "表面处理车间南侧"),
        Kind("化粪池", "underground", "septic_tank", "closed", (6, 2.5, 2.5), "宿舍楼北侧绿化带"),
        Kind(
            "酸雾喷淋塔循环槽",
            "closed_equipment",
            "scrubber_tank",
            "closed",
            (2.4, 2.4, 3.2),
            "阳极氧化线东侧",
        ),
        Kind("雨水检查井", "underground", "inspection_chamber", "closed", (1, 1, 2.6), "厂区主干道"),
        Kind("沉淀池", "underground", "sewage_pool", "open", (10, 4, 2.2), "污水站二级处理区"),
    ),
    "light_industry": (
        Kind("腌渍池", "aboveground", "pickling_pool", "open", (6, 4, 2.4), "一号腌制车间"),
        POOL,
        Kind("发酵罐", "closed_equipment", "storage_tank", "closed", (3, 3, 6), "发酵车间"),
        Kind("纸浆池", "aboveground", "pulp_pool", "open", (7, 5, 3), "制浆车间"),
        Kind("隔油池", "underground", "septic_tank", "closed", (2.5, 1.5, 1.8), "食堂后侧"),
    ),
    "textile": (
        Kind("印染废水调节池", "underground", "sewage_pool", "semi_closed", (15, 8, 4.5), "污水处理站"),
        Kind("污水收集池", "underground", "sewage_pool", "closed", (6, 4, 3), "染整车间北侧"),
        Kind("烟道", "closed_equipment", "flue", "closed", (12, 1.2, 1.6), "定型机房屋顶"),
        Kind("化粪池", "underground", "septic_tank", "closed", (5, 2, 2.4), "办公楼西侧"),
    ),
    "building_materials": (
        Kind("水泥筒仓", "aboveground", "silo", "closed", (4, 4, 12), "搅拌楼"),
        Kind("搅拌机筒体", "closed_equipment", "reactor", "closed", (3, 2.2, 2), "搅拌楼二层"),
        Kind("浆水沉淀池", "underground", "sewage_pool", "open", (12, 5, 3), "场地东侧"),
    ),
    "nonferrous": (
        Kind("熔炼炉炉膛", "closed_equipment", "furnace", "closed", (4, 3, 2.5), "熔铸车间"),
        Kind("循环水池", "underground", "sewage_pool", "semi_closed", (10, 6, 3.2), "熔铸车间外"),
        POOL,
    ),
    "metallurgy": (
        Kind("煤气管道检修段", "closed_equipment", "pipe", "closed", (20, 1, 1), "加热炉区"),
        Kind("铁皮沟", "underground", "culvert_drain", "semi_closed", (30, 1.5, 2.5), "轧线下方"),
        Kind("加热炉炉膛", "closed_equipment", "furnace", "closed", (10, 4, 3), "加热炉区"),
    ),
    "commerce": (
        Kind("污水提升井", "underground", "inspection_chamber", "closed", (2, 2, 3.2), "地下二层设备房"),
        Kind("冷库", "aboveground", "cold_store", "closed", (20, 12, 6), "一号冷库"),
        Kind("化粪池", "underground", "septic_tank", "closed", (8, 3, 3), "卸货区"),
    ),
    "tobacco": (Kind("消防水池", "underground", "basement", "closed", (12, 8, 3.5), "联合工房地下"),),
}


def credit_code(number: int) -> str:
    """Return a valid unified social credit code for a fictional enterprise of Yinzhou (GB 32100 check character)."""
    body = ""
    rest = 700_000 + number * 7_919
    for _ in range(5):
        rest, digit = divmod(rest, 31)
        body = ALPHABET[digit] + body
    stem = f"91330212MA2{body}D"[:17]
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(stem, WEIGHTS, strict=True))
    return stem + ALPHABET[(31 - total % 31) % 31]


def decimal_of(value: float) -> Decimal:
    """Return a drawn size as the exact decimal that it is written as."""
    return Decimal(str(value))


def person_name(dice: random.Random) -> str:
    """Return a plausible personal name of two or three characters."""
    tail = dice.choice(GIVEN_LAST) if dice.random() < 0.75 else ""
    return dice.choice(SURNAMES) + dice.choice(GIVEN_FIRST) + tail


def mobile(dice: random.Random, number: int) -> str:
    """Return a mobile number from a range that no operator gives out."""
    return f"1700000{number % 10000:04d}"


def company_name(dice: random.Random, trade: str, used: set[str]) -> str:
    """Return a company name that was not used before."""
    for _ in range(1000):
        brand = dice.choice(BRANDS_FIRST) + dice.choice(BRANDS_LAST)
        suffix = "股份有限公司" if dice.random() < 0.04 else "有限公司"
        name = f"宁波{brand}{dice.choice(TRADES[trade][0])}{suffix}"
        if name not in used:
            used.add(name)
            return name
    raise ValueError("no free company name")


def trades_in_order(dice: random.Random, count: int) -> list[str]:
    """Return `count` trades in the shares of the district, at least one of each, shuffled."""
    names = list(TRADES)
    chosen = names + dice.choices(names, weights=[TRADES[name][1] for name in names], k=count - len(names))
    dice.shuffle(chosen)
    return chosen
