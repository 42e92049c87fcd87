"""Prometheus: the targets of file_sd files and http_sd bodies (a list of groups, JSON or YAML), and those written into
`prometheus.yml` (`static_configs` of its scrape jobs and of its alertmanagers).

Its other discoveries (`file_sd_configs`, `kubernetes_sd_configs`...) ask somebody, which is not done here: they are
counted in a warning. So are jobs whose relabelling decides what is asked in the end: the blackbox exporter's have URLs
for targets, which are taken by their host and port, and where it makes others of the addresses, these are taken as
written: without a port they are left out and counted, because the exporter may well ping them.
(prometheus/prometheus, docs/configuration/configuration.md.)
"""

import re
from collections import Counter

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.formats.input_text import InputText, text_in, value_of
from scanner.targets.formats.listing import Listing, plain_name
from scanner.targets.formats.prometheus_groups import ScrapeJob, read_group
from scanner.targets.formats.tree_reader import TreeReader
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, named

#: Promtail borrows `scrape_configs`, for files.
_PROMTAIL = frozenset(("clients", "positions"))
#: The key of the scrape jobs, and how it is misspelt.
_JOBS = frozenset(("scrape_configs", "scrape_config"))
_TOP_KEYS = ("scrape_configs", "scrape_config_files")
#: Keys of a job for which one with a slip may be meant.
_JOB_KEYS = ("static_configs", "relabel_configs", "metric_relabel_configs", "alert_relabel_configs")
_DISCOVERY = ("_sd_configs", "_sd_config")
_FIRST_NAMED = 3
_ELSEWHERE = ("remote_write", "remote_read", "scrape_config_files")
_DROPS = ("keep", "drop", "keepequal", "dropequal")
_TORN = re.compile(r"""(?:---\s+)?(?:\[\s*\{|-)\s*"?(?:targets|labels)"?\s*:""")
_NOTHING = 'write groups such as [{"targets": ["db1.example.net:9100"]}]'


def looks_like_prometheus(source: InputText) -> bool:
    """Whether it is a list of groups of targets, or Prometheus's own configuration; or was to be one, and is torn."""
    if source.root is None:
        return _TORN.match(source.beginning) is not None
    if not source.is_list:
        return bool(source.keys & _JOBS) and not source.keys & _PROMTAIL
    items = source.root.items if isinstance(source.root, SequenceNode) else []
    return "targets" in source.keys and isinstance(value_of(items[0], "targets"), SequenceNode)


def read_prometheus(source: InputText, wish: InputWish) -> TargetFile:
    """Its targets. Errors: TargetError with every mistake."""
    root = source.tree()
    reader = _PrometheusReader(TreeReader(source.problems), Listing(source.problems, wish, skips=True))
    with no_collection():
        if isinstance(root, MappingNode) and source.keys & _JOBS:
            reader.read_configuration(root)
        else:
            reader.read_groups(root, "a Prometheus list", ScrapeJob())
    return reader.finish()


class _PrometheusReader:
    def __init__(self, tree: TreeReader, listing: Listing) -> None:
        self._tree = tree
        self._listing = listing
        self._local = 0
        self._relabelling = 0
        self._elsewhere: Counter[str] = Counter()
        self._empty: list[str] = []

    def read_groups(self, node: YamlNode | None, what: str, job: ScrapeJob) -> None:
        """A list of groups."""
        for item in self._tree.items(node, what):
            self._local += read_group(item, job, self._tree, self._listing)

    def read_configuration(self, root: YamlNode) -> None:
        """All of `prometheus.yml`."""
        fields = self._tree.fields(root, "the configuration")
        self._tree.misspelt(root, _TOP_KEYS)
        for item in self._tree.items(fields.get("scrape_configs"), "scrape_configs"):
            self._read_job(item, "a scrape configuration")
        alerting = self._tree.fields(fields.get("alerting"), "alerting")
        for item in self._tree.items(alerting.get("alertmanagers"), "alertmanagers"):
            self._read_job(item, "an alertmanager", "alertmanager")
        for key in _ELSEWHERE:
            self._elsewhere[key] += _count(fields.get(key))

    def _read_job(self, node: YamlNode, what: str, name: str = "") -> None:
        fields = self._tree.fields(node, what)
        if named := self._tree.text(fields.get("job_name"), "job_name"):
            name = named.text
        scheme = self._tree.text(fields.get("scheme"), "scheme")
        moved, dropped = self._relabels(fields.get("relabel_configs"))
        self._relabelling += moved or dropped
        job = ScrapeJob(name, scheme.text if scheme else "http", moved)
        self.read_groups(fields.get("static_configs"), "static_configs", job)
        found = bool(_count(fields.get("static_configs")))
        for key, value in fields.items():
            if key.endswith(_DISCOVERY[0]):
                self._elsewhere[key] += _count(value)
                found = True
        own = [*_JOB_KEYS, *(key.removesuffix("s") + "s" for key in fields if key.endswith(_DISCOVERY))]
        if not self._tree.misspelt(node, own) and not found:
            self._empty.append(f"{plain_name(name)[:60] or what} at {self._listing.where(node)}")

    def _relabels(self, node: YamlNode | None) -> tuple[bool, bool]:
        """Whether another address is asked in the end than the one written, and whether some may not be at all."""
        rules = self._tree.items(node, "relabel_configs")
        moved = any(text_in(rule, "target_label") == "__address__" for rule in rules)
        return moved, any(text_in(rule, "action").lower() in _DROPS for rule in rules)

    def finish(self) -> TargetFile:
        """All that was found, with a word on what was not."""
        warn = self._listing.warn
        elsewhere = {plain_name(key)[:60]: count for key, count in self._elsewhere.most_common(5) if count}
        if elsewhere:
            told = ", ".join(f"{key}: {count}" for key, count in elsewhere.items())
            warn(f"what Prometheus finds elsewhere is not followed ({told}); file_sd's own files can be scanned")
        if self._empty:
            one = len(self._empty) == 1
            told = named(self._empty, _FIRST_NAMED)
            warn(f"{many(len(self._empty), 'job')} {'names' if one else 'name'} neither targets nor discovery: {told}")
        if self._relabelling:
            told = many(self._relabelling, "job")
            warn(f"relabelling is not followed ({told}): the targets are those written, which it may change or drop")
        if self._local:
            told = many(self._local, "target")
            warn(f"{told} on localhost: that is this machine, and may not be the one that Prometheus runs on")
        return self._listing.finish(_NOTHING)


def _count(node: YamlNode | None) -> int:
    """How many there are of what is not read, whatever it looks like."""
    if isinstance(node, SequenceNode):
        return len(node.items)
    return 0 if node is None or (isinstance(node, Scalar) and node.null) else 1
