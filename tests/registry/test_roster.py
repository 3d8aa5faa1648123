"""A roster on its way into the registry: read, checked, previewed, written – each stage with real files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.delivery import deliver
from tests.registry.rosterfiles import ENTERPRISE_TITLES, SPACE_TITLES, enterprise_line, space_line, write_roster
from tests.world import NOON, World, credit_code, make_space

from anru.accounts import scope
from anru.accounts.models import Organisation
from anru.jobs.models import Job
from anru.kernel.decision import Refused
from anru.kernel.sheets import Stamp
from anru.ledger.models import Entry
from anru.registry.models import ConfinedSpace, Enterprise, RosterImport, RosterRow, Site
from anru.registry.selectors import import_rows, imports, imports_awaiting
from anru.registry.services import EnterpriseFacts, enterprise_create
from anru.registry.services.roster import roster_apply, roster_discard, roster_map, roster_reread, roster_upload
from anru.registry.services.roster_files import error_workbook_of, template_workbook
from anru.registry.states import IMPORT_MACHINE
from anru.registry.tasks import roster_apply as apply_task
from anru.registry.tasks import roster_check as check_task


def uploaded(world: World, path: Path, who: str = "town_officer") -> RosterImport:
    """The file is uploaded by that cast member."""
    return roster_upload(actor=world.actor(who), at=NOON, content=path, file_name=path.name)


def checked(world: World, path: Path, who: str = "town_officer") -> RosterImport:
    """The file is uploaded, its columns taken as proposed, and checked."""
    run = uploaded(world, path, who)
    run = roster_map(actor=world.actor(who), at=NOON, import_id=run.pk, choice=run.mapping)
    deliver(check_task, job_id=str(run.job_id))
    world.actor(who)
    return RosterImport.objects.get(pk=run.pk)


def written(world: World, run: RosterImport, who: str = "town_officer", *, skip: bool = False) -> RosterImport:
    """The checked roster is written."""
    run = roster_apply(actor=world.actor(who), at=NOON, import_id=run.pk, skip_errors=skip)
    deliver(apply_task, job_id=str(run.job_id))
    world.actor(who)
    return RosterImport.objects.get(pk=run.pk)


def roster(tmp_path: Path, lines: Sequence[Sequence[Any]], titles: Sequence[str] = ENTERPRISE_TITLES) -> Path:
    """Write a roster file."""
    return write_roster(tmp_path / "名册.xlsx", titles, lines)


def test_a_roster_goes_through_all_its_stages_into_the_registry(world: World, tmp_path: Path) -> None:
    run = checked(world, roster(tmp_path, [enterprise_line(n) for n in range(10, 15)]))
    assert run.stage == "preview"
    assert (run.counts["create"], run.counts["error"], run.counts["enterprises_created"]) == (5, 0, 5)
    assert not Enterprise.objects.filter(credit_code=credit_code(10)).exists()
    run = written(world, run)
    assert run.stage == "applied"
    assert run.counts["applied"]["enterprises_created"] == 5
    made = Enterprise.objects.get(credit_code=credit_code(12))
    assert (made.name, made.town_id, made.industry, made.headcount) == (
        "宁波名册12号机械有限公司", world.town.pk, "machinery", 13)  # fmt: skip
    assert made.name_pinyin.endswith("nbmc12hjxyxgs")
    assert Organisation.objects.get(pk=made.pk).scope_path == made.scope_path
    assert Site.objects.filter(enterprise=made).count() == 1
    assert Job.objects.get(pk=run.job_id).state == "done"
    assert Entry.objects.filter(event="enterprise.imported", subject_id=str(made.pk)).count() == 1


def test_importing_the_same_file_again_would_change_nothing(world: World, tmp_path: Path) -> None:
    path = roster(tmp_path, [space_line(21, "污水池", "A-1"), space_line(21, "集水井", ""), space_line(22, "化粪池", "")],
                  SPACE_TITLES)  # fmt: skip
    written(world, checked(world, path))
    spaces = list(ConfinedSpace.objects.filter(enterprise__credit_code=credit_code(21)).values_list("number", "name"))
    assert sorted(spaces) == [("01", "集水井"), ("A-1", "污水池")]
    again = checked(world, path)
    assert {name: again.counts[name] for name in ("create", "change", "same", "error")} == {
        "create": 0, "change": 0, "same": 3, "error": 0}  # fmt: skip
    with pytest.raises(Refused, match=r"import\.nothing_to_do"):
        roster_apply(actor=world.actor("town_officer"), at=NOON, import_id=again.pk, skip_errors=True)


def test_a_changed_file_shows_old_and_new_and_masks_telephone_numbers(world: World, tmp_path: Path) -> None:
    written(world, checked(world, roster(tmp_path, [enterprise_line(30), enterprise_line(31)])))
    changed = enterprise_line(30, 地址="姜山镇新路1号", 联系电话="13912345678", 从业人数=None)
    run = checked(world, roster(tmp_path, [changed, enterprise_line(31)]))
    assert (run.counts["change"], run.counts["same"]) == (1, 1)
    row = run.rows.get(outcome="change")
    assert {change["field"]: (change["old"], change["new"]) for change in row.changes} == {
        "address": ("姜山镇工业路30号", "姜山镇新路1号"),
        "principal_phone": ("138****0030", "139****5678"),
    }
    written(world, run)
    enterprise = Enterprise.objects.get(credit_code=credit_code(30))
    assert (enterprise.address, enterprise.principal_phone) == ("姜山镇新路1号", "13912345678")
    # An empty cell erases nothing.
    assert enterprise.headcount == 31


def test_rows_with_errors_are_left_out_only_when_that_is_chosen(world: World, tmp_path: Path) -> None:
    lines = [
        enterprise_line(40),
        enterprise_line(41, 统一社会信用代码="91330212MA9000041X"),
        enterprise_line(42, 所属行业="海盗"),
    ]
    run = checked(world, roster(tmp_path, lines))
    assert (run.counts["create"], run.counts["error"]) == (1, 2)
    with pytest.raises(Refused, match=r"import\.has_errors"):
        roster_apply(actor=world.actor("town_officer"), at=NOON, import_id=run.pk, skip_errors=False)
    run = written(world, run, skip=True)
    assert set(Enterprise.objects.filter(name__contains="名册4").values_list("name", flat=True)) == {
        "宁波名册40号机械有限公司"
    }
    left_out = import_rows(world.actor("town_officer"), run, outcome="error")
    assert [(row.row_no, row.problems[0]["code"]) for row in left_out] == [
        (3, "credit_code_check"), (4, "word_unknown")]  # fmt: skip


def test_a_town_imports_into_itself_only_and_the_row_says_so(world: World, tmp_path: Path) -> None:
    lines = [
        enterprise_line(50),
        enterprise_line(51, "五乡镇"),
        enterprise_line(52, 统一社会信用代码=world.elsewhere.credit_code),
        enterprise_line(53, "火星街道"),
    ]
    run = checked(world, roster(tmp_path, lines))
    codes = {row.row_no: [p["code"] for p in row.problems] for row in run.rows.filter(outcome="error")}
    assert codes == {3: ["town_outside"], 4: ["code_elsewhere"], 5: ["town_unknown"]}
    written(world, run, skip=True)
    world.system()
    assert Enterprise.objects.filter(town=world.other_town).count() == 1


def test_the_bureau_imports_into_all_its_towns_and_moves_between_them(world: World, tmp_path: Path) -> None:
    lines = [enterprise_line(60, "五乡镇"), enterprise_line(1, "五乡镇", 企业名称=world.enterprise.name)]
    run = checked(world, roster(tmp_path, lines), "officer")
    assert (run.counts["create"], run.counts["change"], run.counts["error"]) == (1, 1, 0)
    change = {change["field"]: (change["old"], change["new"]) for change in run.rows.get(row_no=3).changes}
    assert change["town"] == ("姜山镇", "五乡镇")
    written(world, run, "officer")
    assert Enterprise.objects.get(pk=world.enterprise.pk).scope_path.startswith(world.other_town.path)
    world.actor("town_officer")
    assert not Enterprise.objects.filter(pk=world.enterprise.pk).exists()


def test_a_town_moves_nobody_out_of_another_part_of_its_own_list(world: World, tmp_path: Path) -> None:
    run = checked(world, roster(tmp_path, [enterprise_line(1, "五乡镇")]))
    assert [p["code"] for p in run.rows.get().problems] == ["town_outside"]


def test_one_faulty_space_stops_its_whole_enterprise_and_names_the_row(world: World, tmp_path: Path) -> None:
    lines = [space_line(70, "污水池", "A-1"), space_line(70, "集水井", "A-1"), space_line(71, "化粪池", "B-1"),
             space_line(70, "窖井", "A-3")]  # fmt: skip
    run = checked(world, roster(tmp_path, lines, SPACE_TITLES))
    outcomes = dict(run.rows.values_list("row_no", "outcome"))
    assert outcomes == {2: "error", 3: "error", 4: "create", 5: "error"}
    assert run.rows.get(row_no=5).problems[-1]["facts"] == {"rows": "2、3"}
    written(world, run, skip=True)
    assert not Enterprise.objects.filter(credit_code=credit_code(70)).exists()
    assert ConfinedSpace.objects.filter(enterprise__credit_code=credit_code(71)).count() == 1


def test_a_space_of_a_known_enterprise_is_changed_under_its_number(world: World, tmp_path: Path) -> None:
    known = {"企业名称": world.enterprise.name, "统一社会信用代码": world.enterprise.credit_code}
    lines = [space_line(1, "调节池", "A-01", 位置="南门", **known), space_line(1, "新井", "", **known)]
    run = checked(world, roster(tmp_path, lines, SPACE_TITLES))
    assert (run.counts["spaces_changed"], run.counts["spaces_created"]) == (1, 1)
    token = world.space.card_token
    written(world, run)
    space = ConfinedSpace.objects.get(pk=world.space.pk)
    assert (space.name, space.location, space.card_token) == ("调节池", "南门", token)
    assert set(ConfinedSpace.objects.filter(enterprise=world.enterprise).values_list("number", flat=True)) == {
        "A-01", "01"}  # fmt: skip


def test_a_made_up_number_never_collides_with_one_that_stands(world: World, tmp_path: Path) -> None:
    world.system()
    make_space(world.enterprise, number="01", name="旧井")
    known = {"企业名称": world.enterprise.name, "统一社会信用代码": world.enterprise.credit_code}
    run = checked(world, roster(tmp_path, [space_line(1, "新井", "", **known)], SPACE_TITLES))
    written(world, run)
    assert ConfinedSpace.objects.get(enterprise=world.enterprise, name="新井").number == "02"


def test_a_number_that_is_out_of_use_is_not_used_again(world: World, tmp_path: Path) -> None:
    world.system()
    ConfinedSpace.objects.filter(pk=world.space.pk).update(retired_at=NOON, retired_reason="填埋")
    known = {"企业名称": world.enterprise.name, "统一社会信用代码": world.enterprise.credit_code}
    run = checked(world, roster(tmp_path, [space_line(1, "新池", "A-01", **known)], SPACE_TITLES))
    assert [p["code"] for p in run.rows.get().problems] == ["space_retired"]


def test_what_somebody_wrote_since_the_preview_is_not_written_twice(world: World, tmp_path: Path) -> None:
    run = checked(world, roster(tmp_path, [enterprise_line(80), enterprise_line(81)]))
    other = checked(world, roster(tmp_path, [enterprise_line(80)]))
    written(world, other)
    run = written(world, run)
    assert run.counts["applied"]["enterprises_created"] == 1
    assert Enterprise.objects.filter(credit_code=credit_code(80)).count() == 1


def test_a_code_that_another_town_took_meanwhile_undoes_everything_and_says_so(world: World, tmp_path: Path) -> None:
    run = checked(world, roster(tmp_path, [enterprise_line(n) for n in (90, 91, 92)]))
    from_elsewhere = checked(world, roster(tmp_path, [enterprise_line(92, "五乡镇")]), "other_town_officer")
    written(world, from_elsewhere, "other_town_officer")
    run = written(world, run)
    assert run.stage == "preview"
    job = Job.objects.get(pk=run.job_id)
    assert job.state == "failed"
    assert "已经登记过" in job.message
    assert not Enterprise.objects.filter(credit_code__in=[credit_code(90), credit_code(91)]).exists()


def test_a_check_delivered_twice_and_a_writing_delivered_twice_do_nothing_twice(world: World, tmp_path: Path) -> None:
    run = checked(world, roster(tmp_path, [enterprise_line(95)]))
    deliver(check_task, job_id=str(run.job_id))
    assert RosterRow.objects.filter(run=run).count() == 1
    run = written(world, run)
    deliver(apply_task, job_id=str(run.job_id))
    assert Enterprise.objects.filter(credit_code=credit_code(95)).count() == 1
    assert Entry.objects.filter(event="import.applied").count() == 1


@pytest.mark.parametrize("again", [check_task, apply_task])
def test_an_ending_that_is_delivered_again_stays_as_it_was_said(
    world: World, tmp_path: Path, settings: Any, again: Any
) -> None:
    if again is check_task:
        run = uploaded(world, roster(tmp_path, [enterprise_line(96)]))
        run = roster_map(actor=world.actor("town_officer"), at=NOON, import_id=run.pk, choice=run.mapping)
        settings.UPLOAD_DIR = tmp_path / "elsewhere"
        deliver(check_task, job_id=str(run.job_id))
    else:
        run = checked(world, roster(tmp_path, [enterprise_line(96)]))
        written(world, checked(world, roster(tmp_path, [enterprise_line(96, "五乡镇")]), "other_town_officer"),
                "other_town_officer")  # fmt: skip
        run = written(world, run)
    world.actor("town_officer")
    before = Job.objects.filter(pk=run.job_id).values().get(), RosterImport.objects.filter(pk=run.pk).values().get()
    assert before[0]["state"] == "failed"
    # The worker died between the commit of the ending and its word to the queue.
    deliver(again, job_id=str(run.job_id))
    world.actor("town_officer")
    after = Job.objects.filter(pk=run.job_id).values().get(), RosterImport.objects.filter(pk=run.pk).values().get()
    assert after == before


def test_columns_can_be_chosen_otherwise_and_required_ones_are_asked_for(world: World, tmp_path: Path) -> None:
    titles = ("甲", "乙", "丙", "丁")
    lines = [["宁波甲乙有限公司", credit_code(100), "姜山镇", "机械"]]
    run = uploaded(world, write_roster(tmp_path / "怪.xlsx", titles, lines))
    actor = world.actor("town_officer")
    with pytest.raises(Refused, match=r"import\.columns_missing") as refused:
        roster_map(actor=actor, at=NOON, import_id=run.pk, choice={"0": "name"})
    assert "统一社会信用代码" in refused.value.words
    with pytest.raises(Refused, match=r"import\.columns_missing"):
        roster_map(actor=actor, at=NOON, import_id=run.pk, choice={"0": "name", "1": "name"})
    choice = {"0": "name", "1": "credit_code", "2": "town", "3": "industry"}
    run = roster_map(actor=actor, at=NOON, import_id=run.pk, choice=choice)
    deliver(check_task, job_id=str(run.job_id))
    world.actor("town_officer")
    assert RosterImport.objects.get(pk=run.pk).counts["create"] == 1


def test_a_heading_further_down_is_found_and_can_be_corrected(world: World, tmp_path: Path) -> None:
    path = write_roster(tmp_path / "t.xlsx", ENTERPRISE_TITLES, [enterprise_line(101)], above=2)
    run = uploaded(world, path)
    assert (run.header_row, run.headers[0]) == (3, "企业名称")
    run = roster_reread(actor=world.actor("town_officer"), at=NOON, import_id=run.pk, sheet=run.sheet, header_row=4)
    assert run.headers[0] == "宁波名册101号机械有限公司"


def test_a_file_with_several_sheets_waits_for_the_choice(world: World, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, number in (("一月", 110), ("二月", 111)):
        sheet = book.create_sheet(name)
        sheet.append(ENTERPRISE_TITLES)
        sheet.append(enterprise_line(number))
    del book["Sheet"]
    book.save(tmp_path / "两张.xlsx")
    run = uploaded(world, tmp_path / "两张.xlsx")
    assert run.refusal["sheets"] == ["一月", "二月"]
    actor = world.actor("town_officer")
    run = roster_reread(actor=actor, at=NOON, import_id=run.pk, sheet="二月", header_row=None)
    assert (run.sheet, run.refusal, run.headers[0]) == ("二月", {}, "企业名称")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 not a roster", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_roster_is_refused_before_anything_stands(
    world: World, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(Refused, match=r"import\.unreadable"):
        uploaded(world, tmp_path / "x.xlsx")
    assert not RosterImport.objects.exists()


def test_a_csv_file_in_the_encoding_of_old_office_programs_is_read(world: World, tmp_path: Path) -> None:
    lines = [ENTERPRISE_TITLES, enterprise_line(120)]
    text = "\r\n".join(",".join(map(str, line)) for line in lines)
    (tmp_path / "名单.csv").write_bytes(text.encode("gb18030"))
    run = checked(world, tmp_path / "名单.csv")
    assert run.counts["create"] == 1


def test_a_file_that_vanished_before_the_check_refuses_the_import_in_words(
    world: World, tmp_path: Path, settings: Any
) -> None:
    run = uploaded(world, roster(tmp_path, [enterprise_line(121)]))
    run = roster_map(actor=world.actor("town_officer"), at=NOON, import_id=run.pk, choice=run.mapping)
    settings.UPLOAD_DIR = tmp_path / "elsewhere"
    deliver(check_task, job_id=str(run.job_id))
    world.actor("town_officer")
    run = RosterImport.objects.get(pk=run.pk)
    assert (run.stage, run.refusal["code"]) == ("refused", "unreadable")
    assert Job.objects.get(pk=run.job_id).state == "failed"


@pytest.mark.parametrize("who", ["principal", "reviewer", "administrator", "worker"])
def test_only_officials_import(world: World, tmp_path: Path, who: str) -> None:
    with pytest.raises(Refused, match=r"import\.not_importer"):
        uploaded(world, roster(tmp_path, [enterprise_line(130)]), who)


def test_an_import_belongs_to_its_office_and_its_territory(world: World, tmp_path: Path) -> None:
    run = checked(world, roster(tmp_path, [enterprise_line(131)]))
    assert [one.pk for one in imports_awaiting(world.actor("town_head"))] == [run.pk]
    assert list(imports_awaiting(world.actor("officer"))) == []
    assert [one.pk for one in imports(world.actor("officer"))] == [run.pk]
    with pytest.raises(Refused, match=r"import\.not_yours"):
        roster_discard(actor=world.actor("officer"), at=NOON, import_id=run.pk)
    for who in ("other_town_officer", "foreign_officer", "principal"):
        with pytest.raises(Refused, match="not_found"):
            roster_discard(actor=world.actor(who), at=NOON, import_id=run.pk)
    world.actor("other_town_officer")
    assert not RosterImport.objects.exists()
    assert not RosterRow.objects.exists()


def test_a_discarded_import_keeps_no_rows_and_cannot_go_on(world: World, tmp_path: Path) -> None:
    run = checked(world, roster(tmp_path, [enterprise_line(132)]))
    actor = world.actor("town_officer")
    roster_discard(actor=actor, at=NOON, import_id=run.pk)
    assert not RosterRow.objects.filter(run=run).exists()
    with pytest.raises(Refused, match=r"import\.not_now"):
        roster_apply(actor=actor, at=NOON, import_id=run.pk, skip_errors=True)


def test_the_error_workbook_marks_the_row_and_can_be_imported_again_once_mended(world: World, tmp_path: Path) -> None:
    lines = [enterprise_line(140), enterprise_line(141, 所属行业="海盗")]
    run = checked(world, roster(tmp_path, lines))
    actor = world.actor("town_officer")
    with error_workbook_of(actor, run, NOON, stamp=Stamp(NOON), only_errors=True) as file:
        book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    told = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.max_row == 2
    assert "海盗" in str(sheet.cell(2, told["错误说明"]).value)
    sheet.cell(2, told["所属行业"]).value = "机械"
    book.save(tmp_path / "改好.xlsx")
    again = checked(world, tmp_path / "改好.xlsx")
    assert (again.counts["create"], again.counts["error"]) == (1, 0)


@pytest.mark.parametrize("with_spaces", [False, True])
def test_the_empty_form_imports_as_nothing_and_offers_the_actors_own_towns(
    world: World, tmp_path: Path, *, with_spaces: bool
) -> None:
    actor = world.actor("town_officer")
    path = tmp_path / "模板.xlsx"
    with template_workbook(actor, with_spaces=with_spaces, stamp=Stamp(NOON)) as file:
        path.write_bytes(file.read())
    run = checked(world, path)
    assert (run.counts["rows"], run.counts["skipped"]) == (0, 1)
    text = " ".join(str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet.rows for cell in row)
    assert "姜山镇" in text
    assert "五乡镇" not in text


def test_a_person_whose_membership_ended_before_the_task_ran_writes_nothing(world: World, tmp_path: Path) -> None:
    run = checked(world, roster(tmp_path, [enterprise_line(150)]))
    run = roster_apply(actor=world.actor("town_officer"), at=NOON, import_id=run.pk, skip_errors=False)
    world.system()
    world.people["town_officer"].ended_at = NOON
    world.people["town_officer"].save(update_fields=["ended_at"])
    with pytest.raises(PermissionError):
        deliver(apply_task, job_id=str(run.job_id))
    scope.begin_system()
    assert not Enterprise.objects.filter(credit_code=credit_code(150)).exists()
    assert RosterImport.objects.get(pk=run.pk).stage == "preview"


def test_every_stage_is_reached_by_the_table_and_only_finals_end(world: World) -> None:
    targets = {move.target for move in IMPORT_MACHINE.moves} | {IMPORT_MACHINE.initial}
    assert targets == set(IMPORT_MACHINE.states)
    sources = {source for move in IMPORT_MACHINE.moves for source in move.sources}
    assert set(IMPORT_MACHINE.states) - sources == IMPORT_MACHINE.finals


def test_creating_by_hand_what_a_file_brought_is_refused(world: World, tmp_path: Path) -> None:
    written(world, checked(world, roster(tmp_path, [enterprise_line(160)])))
    with pytest.raises(Refused, match=r"enterprise\.credit_code_taken"):
        enterprise_create(
            actor=world.actor("officer"),
            at=NOON,
            town_id=world.town.pk,
            facts=EnterpriseFacts(credit_code(160), "宁波重名有限公司", "machinery"),
        )
