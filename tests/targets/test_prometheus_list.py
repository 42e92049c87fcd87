"""Target lists of Prometheus: groups, their labels, the port that a scheme implies, what is not followed."""

import json
from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.listed import listed, looks_in, summaries, wrong_in

GROUPS = [
    "- targets: ['db1:9100', 'db2:9100']\n  labels: {job: node}\n",
    '[{"targets": ["db1:9100", "db2:9100"], "labels": {"job": "node"}}]',
    "---\n- labels: {job: node, __meta_rack: r7, empty: ''}\n  targets:\n  - db1:9100\n  - db2:9100\n",
]


@pytest.mark.parametrize("text", GROUPS)
def test_a_group_is_an_entry(tmp_path: Path, text: str) -> None:
    """Prometheus's own labels and empty ones stay with no target there either."""
    file = listed(tmp_path, text)
    assert summaries(file) == [("node", "db1 db2", (9100,))]
    assert file.entries[0].stated.tags == ("job=node",)


def test_one_entry_for_all_that_share_their_ports(tmp_path: Path) -> None:
    text = "- targets: ['a:80', 'b:80', 'a:443', 'b:443', 'a:22']\n"
    assert summaries(listed(tmp_path, text)) == [("", "a b", (80, 443)), ("", "a", (22,))]


def test_the_scheme_gives_the_port(tmp_path: Path) -> None:
    """As Prometheus does it: 80 unless the job, or the label that overrides it, says https."""
    jobs = """scrape_configs:
- {job_name: plain, static_configs: [{targets: [a, "[2001:db8::1]:9100"]}]}
- {job_name: safe, scheme: https, static_configs: [{targets: [b]}, {targets: [c], labels: {__scheme__: http, job: x}}]}
"""
    found = summaries(listed(tmp_path, jobs))
    assert found == [
        ("plain", "a", (80,)), ("plain", "2001:db8::1", (9100,)), ("safe", "b", (443,)), ("x", "c", (80,)),
    ]  # fmt: skip


def test_a_group_alone_knows_no_scheme(tmp_path: Path) -> None:
    text = "- targets: [db1]\n"
    assert wrong_in(tmp_path, text) == ["list:1:13: the target names no port; write one, or use -p PORTS"]
    assert summaries(listed(tmp_path, text, InputWish(ports_given=True))) == [("", "db1", None)]
    assert summaries(listed(tmp_path, "- targets: [db1]\n  labels: {__scheme__: https}\n")) == [("", "db1", (443,))]


def test_urls_of_the_blackbox_exporter(tmp_path: Path) -> None:
    text = """scrape_configs:
- job_name: probe
  static_configs: [{targets: ["https://shop.example.com/x?y=1", "http://u:s3cret@intra.example.org:8081"]}]
  relabel_configs: [{target_label: __address__, replacement: "localhost:9115"}]
"""
    file = listed(tmp_path, text)
    assert summaries(file) == [("probe", "shop.example.com", (443,)), ("probe", "intra.example.org", (8081,))]
    assert "relabelling is not followed (1 job)" in file.warnings[0]
    assert "s3cret" not in wrong_in(tmp_path, text.replace(":8081", ":99999"))[0]


@pytest.mark.parametrize("wish", [InputWish(), InputWish(ports_given=True)])
def test_what_only_an_exporter_asks_is_left_out(wish: InputWish, tmp_path: Path) -> None:
    """By ping, perhaps: neither the port of a scheme nor that of -p is what it asks."""
    text = """scrape_configs:
- job_name: icmp
  scheme: https
  static_configs: [{targets: [192.0.2.88, localhost, "db1:22"], labels: {__scheme__: http}}]
  relabel_configs: [{source_labels: [__address__], target_label: __address__, replacement: "localhost:9115"}]
- {job_name: node, static_configs: [{targets: ["192.0.2.1:9100", web1]}]}
"""
    file = listed(tmp_path, text, wish)
    assert summaries(file) == [
        ("icmp", "db1", (22,)),
        ("node", "192.0.2.1", (9100,)),
        ("node", "web1", (80,)),
    ]
    [first, _] = file.left_out
    assert first.what == '"192.0.2.88" without a port, in a job whose relabelling moves addresses'
    assert first.where.endswith("list:4:31")
    assert not any("localhost" in warning for warning in file.warnings)
    assert any(warning.startswith("2 items that TCP cannot verify left out") for warning in file.warnings)


def test_what_is_found_elsewhere_is_said(tmp_path: Path) -> None:
    text = """remote_write: {url: "https://store.example.net/push"}
remote_read:
scrape_configs:
- {job_name: a, static_configs: [{targets: ["localhost:9090"]}], file_sd_configs: [{files: [x]}, {files: [y]}]}
"""
    told = listed(tmp_path, text).warnings
    assert "(file_sd_configs: 2, remote_write: 1)" in told[0]
    assert told[1].startswith("1 target on localhost: that is this machine")
    told = wrong_in(tmp_path, "scrape_configs: [{job_name: a, consul_sd_configs: [{server: x}]}]\n")
    assert "names no targets" in told[0]
    assert "what Prometheus finds elsewhere is not followed (consul_sd_configs: 1)" in told[1]


def test_a_job_of_which_nothing_is_read_is_said(tmp_path: Path) -> None:
    text = "scrape_configs:\n- {job_name: b, static_configs: [{targets: ['b:1']}]}\n"
    found = listed(tmp_path, text + "- {job_name: a}\n- {job_name: c, static_configs: []}\n")
    place = f"{tmp_path}/list"
    told = f"2 jobs name neither targets nor discovery: a at {place}:3:3, c at {place}:4:3"
    assert found.warnings == [told]
    assert listed(tmp_path, text + "- {job_name: a}\n" * 9).warnings[0].endswith(":5:3 and 6 more")


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("static_config", "static_configs"),
        ("statics_configs", "static_configs"),
        ("file_sd_config", "file_sd_configs"),
        ("relabel_config", "relabel_configs"),
    ],
)
def test_a_misspelt_key_of_a_job(tmp_path: Path, key: str, near: str) -> None:
    """Prometheus refuses it, too; here it would silently be a job less."""
    text = f"scrape_configs:\n- {{job_name: b, static_configs: [{{targets: ['b:1']}}]}}\n- {key}: []\n"
    assert wrong_in(tmp_path, text) == [f'list:3:3: the key "{key}" is unknown; did you mean "{near}"?']


def test_a_misspelt_key_of_all_jobs(tmp_path: Path) -> None:
    text = "global: {}\nscrape_config:\n- static_configs: [{targets: ['b:1']}]\n"
    assert wrong_in(tmp_path, text) == ['list:2:1: the key "scrape_config" is unknown; did you mean "scrape_configs"?']


def test_keys_of_jobs_that_are_well_spelt(tmp_path: Path) -> None:
    keys = (
        "scrape_interval scrape_timeout metrics_path honor_labels basic_auth tls_config scheme params sample_limit "
        "metric_relabel_configs relabel_configs triton_sd_configs static_configs scrape_protocols kubernetes_sd_configs"
    )
    text = "scrape_config_files: []\nscrape_configs:\n- static_configs: [{targets: ['b:1']}]\n"
    text += "".join(f"  {key}:\n" for key in keys.split() if key != "static_configs")
    assert len(listed(tmp_path, text).entries) == 1


def test_jobs_that_drop_targets(tmp_path: Path) -> None:
    job = "scrape_configs: [{job_name: a, static_configs: [{targets: ['a:1']}], relabel_configs: [{action: %s}]}]\n"
    assert "relabelling is not followed (1 job)" in listed(tmp_path, job % "drop").warnings[0]
    assert not listed(tmp_path, job % "labelmap").warnings


def test_alertmanagers(tmp_path: Path) -> None:
    text = (
        "scrape_configs: []\nalerting: {alertmanagers: [{scheme: https, static_configs: [{targets: [a, 'b:9093']}]}]}\n"
    )
    assert summaries(listed(tmp_path, text)) == [("alertmanager", "a", (443,)), ("alertmanager", "b", (9093,))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- targets: [a:1]\n- targets: db1:9100\n", "list:2:12: targets is a string; write a list"),
        ("- targets: [a:1]\n- a:2\n", "list:2:3: a group of targets is a string; write a mapping"),
        ("- targets: [a:1, [b]]\n", "list:1:18: an item of targets is a list; write a single value"),
        ("- targets: [a:1]\n  label: {a: b}\n", 'list:2:3: "label" is not a key of a group of targets; write'),
        ("- targets: [a:1]\n  labels: [x]\n", "list:2:11: labels is a list; write a mapping"),
        ("- targets: [a:1]\n  labels: {x: [y]}\n", 'list:2:15: a label is a list; write a single value'),
        ("- targets: [a:1]\n  targets: [b:1]\n", 'list:2:3: the key "targets" is already on line 1; write it once'),
        ("- targets: [a:70000]\n", "list:1:13: "),
        ("scrape_configs: {a: b}\n", "list:1:17: scrape_configs is a mapping; write a list"),
        ("- targets: []\n", 'list:1:1: the file names no targets; write groups such as [{"targets": ['),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    assert any(line.startswith(said) for line in wrong_in(tmp_path, text)), wrong_in(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("groups:\n- name: a\n  rules: [{alert: x, expr: up}]\n", ""),
        ("route: {receiver: a}\nreceivers: [{name: a}]\n", ""),
        ("targets:\n- a:1\n", "yaml"),
        ("clients: [{url: x}]\nscrape_configs: [{job_name: a, static_configs: [{targets: [localhost]}]}]\n", ""),
        ("- targets: a:1\n", ""),
    ],
)
def test_neighbours(tmp_path: Path, text: str, found: str) -> None:
    assert looks_in(tmp_path, text) == found


@pytest.mark.parametrize("text", ['[\n {"targets": ["a:1"]', "- targets: [a:1\n", "---\n- labels: {a\n", '{"a": [1'])
def test_a_torn_document_is_told_where(tmp_path: Path, text: str) -> None:
    (problem,) = wrong_in(tmp_path, text)
    assert (
        "this is not valid YAML" in problem
        or problem == "list:2:21: the JSON was cut off here; get the whole of it again"
    )


@pytest.mark.parametrize("text", ['["a:1"', "- a: b: c\n"])
def test_a_torn_list_is_not_taken_for_text(tmp_path: Path, text: str) -> None:
    (problem,) = wrong_in(tmp_path, text)
    assert "the file is a plain list" in problem


@pytest.mark.slow
def test_what_aliases_repeat_has_an_end(tmp_path: Path) -> None:
    text = f"- targets: &all [{'[], ' * 20_000}a:1]\n" + "- targets: *all\n" * 20_000
    assert "item of targets is a list" in wrong_in(tmp_path, text)[0]
    labels = ", ".join(f"k{at}: v" for at in range(2_000))
    text = f"- targets: [a:1]\n- labels: &all {{{labels}}}\n" + "- labels: *all\n" * 2_000
    assert "its aliases repeat too much" in wrong_in(tmp_path, text)[0]


@pytest.mark.slow
def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    one = [
        {"targets": [f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}:9100" for at in range(50_000)], "labels": {"a": "b"}}
    ]
    assert len(listed(tmp_path, json.dumps(one, indent=1)).entries) == 1
    several = [
        {"targets": [f"h{at}-{each}:9100" for each in range(5)], "labels": {"a": str(at)}} for at in range(10_000)
    ]
    assert len(listed(tmp_path, json.dumps(several, indent=1)).entries) == 10_000
