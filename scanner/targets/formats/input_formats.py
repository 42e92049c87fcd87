"""The formats that target lists come in: a line for each, and which of them a file is.

A new format is a small module next to this one and a line in FORMATS. Each says whether a file looks like it, judging
by content alone, and reads it. The order is that of asking: what can be told for certain comes first, and plain text,
which much may be taken for, last.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from scanner.errors import TargetError, UsageError
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.formats.ansible_list import looks_like_ansible, read_ansible
from scanner.targets.formats.compose_list import looks_like_compose, read_compose
from scanner.targets.formats.csv_rules import looks_like_csv, read_csv
from scanner.targets.formats.goss_tests import looks_like_goss, read_goss
from scanner.targets.formats.grepable_scan import looks_like_gnmap, read_gnmap
from scanner.targets.formats.hosts_lines import looks_like_hosts, read_hosts_lines
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.json_text import first_record
from scanner.targets.formats.kubernetes_list import looks_like_kubernetes, read_kubernetes
from scanner.targets.formats.masscan_results import looks_like_masscan, read_masscan
from scanner.targets.formats.naabu_results import looks_like_naabu, read_naabu
from scanner.targets.formats.nmap_scan import looks_like_nmap, read_nmap
from scanner.targets.formats.our_list import looks_like_ours, read_ours
from scanner.targets.formats.own_reports import looks_like_report, read_report
from scanner.targets.formats.prometheus_list import looks_like_prometheus, read_prometheus
from scanner.targets.formats.seeming_format import is_structured, seeming_format
from scanner.targets.formats.text_list import hardly_looks_like_text, looks_like_text, read_text_list
from scanner.targets.formats.xlsx_rules import looks_like_xlsx, read_xlsx
from scanner.words.shown_text import did_you_mean, shown


class InputFormat(NamedTuple):
    """`name` as `--input-format` takes it, `what` messages call it, whether a file `looks` so, how to `read` it."""

    name: str
    what: str
    looks: Callable[[InputText], bool]
    read: Callable[[InputText, InputWish], TargetFile]


_NMAP_NORMAL = re.compile(r"^(?:Nmap scan report for |Starting Nmap )", re.MULTILINE)
#: What kubectl prints where no -o is written.
_KUBECTL_TABLE = re.compile(r"^(?:NAMESPACE +)?NAME +(?:TYPE +CLUSTER-IP|ADDRESSTYPE +PORTS) ", re.MULTILINE)
_OUR_ENDINGS = (".yaml", ".yml", ".json")


FORMATS = (
    InputFormat("xlsx", "an Excel workbook", looks_like_xlsx, read_xlsx),
    InputFormat("report", "a report of ours", looks_like_report, read_report),
    InputFormat("nmap", "nmap's XML", looks_like_nmap, read_nmap),
    InputFormat("gnmap", "nmap's grepable output (-oG)", looks_like_gnmap, read_gnmap),
    InputFormat("masscan", "results or settings of masscan", looks_like_masscan, read_masscan),
    InputFormat("naabu", "results of naabu (-json)", looks_like_naabu, read_naabu),
    InputFormat("yaml", "a target list of ours", looks_like_ours, read_ours),
    InputFormat("goss", "tests of goss", looks_like_goss, read_goss),
    InputFormat("hosts", "a hosts file (/etc/hosts)", looks_like_hosts, read_hosts_lines),
    InputFormat("prometheus", "a Prometheus list of targets", looks_like_prometheus, read_prometheus),
    InputFormat("kubernetes", "objects of Kubernetes", looks_like_kubernetes, read_kubernetes),
    InputFormat("compose", "a docker compose file", looks_like_compose, read_compose),
    InputFormat("ansible", "an Ansible inventory", looks_like_ansible, read_ansible),
    InputFormat("csv", "a table of firewall rules", looks_like_csv, read_csv),
    InputFormat("text", "plain text, a target a line", looks_like_text, read_text_list),
)
_BY_NAME = {each.name: each for each in FORMATS}
#: Those whose columns `--columns` names.
_TABLES = ("csv", "xlsx")
#: What `--input-format` takes.
INPUT_FORMATS = tuple(_BY_NAME)


def read_source(source: InputText, wish: InputWish) -> TargetFile:
    """The targets that an input lists, in whatever format it is.

    Errors: TargetError with all mistakes in the file; UsageError for an unknown `wish.format`.
    """
    if wish.format and wish.format not in _BY_NAME:
        raise UsageError(unknown_format(wish.format))
    if not wish.format:
        found = _format_of(source)
        if wish.columns:
            return _table(source, found or _fallback(source)).read(source, wish)
        return found.read(source, wish) if found else _read_unknown(source, wish)
    asked = _BY_NAME[wish.format]
    if wish.columns and wish.format not in _TABLES:
        raise TargetError(f"{source.problems.path}: {_no_table(f'this is to be read as {wish.format}')}")
    try:
        return asked.read(source, wish)
    except TargetError as error:
        raise TargetError(*_looked_like(source, asked), *error.problems) from None


def unknown_format(name: str) -> str:
    """What to say about a name that is none of them."""
    return f"there is no input format {shown(name)};{did_you_mean(name, _BY_NAME)} write one of {', '.join(_BY_NAME)}"


def _format_of(source: InputText) -> InputFormat | None:
    return next((each for each in FORMATS if each.looks(source)), None)


def _fallback(source: InputText) -> InputFormat:
    """Who is to say what is wrong with a file that looks like nothing known."""
    structured = is_structured(source) or source.path.lower().endswith(_OUR_ENDINGS)
    return _BY_NAME["yaml" if structured else "text"]


def _read_unknown(source: InputText, wish: InputWish) -> TargetFile:
    """What looks like nothing known, read as what it is nearest to. Its mistakes say little where that is not near."""
    nearest = _fallback(source)
    known = f"the file looks like none of the lists that can be read ({', '.join(INPUT_FORMATS)})"
    if instead := _instead(source):
        raise TargetError(f"{source.problems.path}: {known}; {instead}")
    if seeming := seeming_format(source):
        return _read_seeming(source, wish, _BY_NAME[seeming])
    try:
        return nearest.read(source, wish)
    except TargetError as error:
        if nearest.read is not read_text_list or not hardly_looks_like_text(source):
            raise
        raise TargetError(f"{source.problems.path}: {known}; as plain text:", *error.problems) from None


def _read_seeming(source: InputText, wish: InputWish, seeming: InputFormat) -> TargetFile:
    """What no format takes for certain, read as what it seems to be: the mistakes are what kept it from being that."""
    try:
        return seeming.read(source, wish)
    except TargetError as error:
        told = f"the file seems to be {seeming.what} (--input-format {seeming.name}), and cannot be read:"
        raise TargetError(f"{source.problems.path}: {told}", *error.problems) from None


def _instead(source: InputText) -> str:
    """What to say about a file of which a better form is known, or whose lines would only be misread."""
    if _NMAP_NORMAL.search(source.beginning):
        return "nmap's output for people is none of them: give that of its -oX or -oG"
    if _KUBECTL_TABLE.search(source.beginning):
        return "kubectl's table for people is none of them: give what kubectl get svc,endpointslices -A -o json prints"
    if source.beginning.startswith("<"):
        return "of XML, only nmap's reports and ours are"
    record = first_record(source.beginning)
    if "port" in record and record.keys() & {"host", "ip"}:
        return "if each object in it is an open port, write --input-format naabu"
    return ""


def _table(source: InputText, found: InputFormat) -> InputFormat:
    """The table that a file with `--columns` is: its heads may be any, so what looks like plain text is one."""
    if found.name == "text":
        return _BY_NAME["csv"]
    if found.name not in _TABLES:
        raise TargetError(f"{source.problems.path}: {_no_table(f'this looks like {found.what}')}")
    return found


def _no_table(found: str) -> str:
    return f"--columns is for tables ({', '.join(_TABLES)}), and {found}; leave out one of the two"


def _looked_like(source: InputText, asked: InputFormat) -> list[str]:
    """What a file looks like that could not be read as what was asked for."""
    found = _format_of(source)
    if found is None or found is asked:
        return []
    told = f"this was to be read as {asked.name}, and looks like {found.what}"
    return [f"{source.problems.path}: {told}; write --input-format {found.name}, or leave it out"]
