"""Lists of Prometheus, Ansible, Kubernetes and compose in a whole run: their targets are probed, what was left out is
said, and each entry is a rule under its name."""

import csv
import json
from pathlib import Path

from tests.cli.process import run


def test_lists_of_four_programs(tmp_path: Path, open_port: int, closed_port: int) -> None:
    service = {"clusterIP": "127.0.0.1", "ports": [{"port": open_port}, {"port": 53, "protocol": "UDP"}]}
    kubernetes = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": service,
    }
    published = [{"target": 80, "published": str(open_port)}, {"target": 81, "published": str(closed_port)}]
    lists = {
        "nodes": f"- targets: ['127.0.0.1:{open_port}', '127.0.0.1:{closed_port}']\n  labels: {{job: node}}\n",
        "hosts": f"[db]\norders ansible_host=127.0.0.1\n[db:vars]\nansible_port={open_port}\n",
        "cluster": json.dumps(kubernetes),
        "compose": json.dumps({"services": {"proxy": {"image": "nginx", "ports": published}}}),
    }
    for name, text in lists.items():
        (tmp_path / name).write_text(text)
    done = run("scan", *(tmp_path / name for name in lists), "-f", "csv")
    rows = [
        (row["name"], int(row["port"]), row["state"], row["tags"]) for row in csv.DictReader(done.stdout.splitlines())
    ]
    assert sorted(rows) == sorted(
        [
            ("node", open_port, "open", "job=node"),
            ("node", closed_port, "refused", "job=node"),
            ("orders", open_port, "open", "db"),
            ("shop/web", open_port, "open", "namespace=shop;address=cluster-ip"),
            ("proxy", open_port, "open", ""),
            ("proxy", closed_port, "refused", ""),
        ]
    )
    assert done.returncode == 1
    assert "4 rules: 2 as expected, 2 not" in done.stderr
    assert "1 item that TCP cannot verify left out; the first is udp port 53 of shop/web" in done.stderr
    assert "a compose file does not name its host" in done.stderr


def test_a_list_without_targets_is_bad_usage(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("[db]\nhere ansible_connection=local\n")
    done = run("scan", tmp_path / "hosts", "-p", "22")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "1 host left out that Ansible reaches without the network (ansible_connection: local)" in done.stderr
