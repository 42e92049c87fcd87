"""Objects of Kubernetes: what has an address and a TCP port becomes targets, the rest is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.listed import listed, looks_in, summaries, wrong_in

PORT = {"name": "http", "port": 80, "protocol": "TCP", "targetPort": "web"}


def service(*ports: dict[str, Any], name: str = "web", status: Any = None, **spec: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", "managedFields": [{"f:spec": {"f:ports": {".": {}}}}]}
    given = {"clusterIP": "192.0.2.1", "ports": list(ports or (PORT,)), **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": given, "status": status or {}}


def endpoints(*items: Any, ports: Any = (PORT,), **more: Any) -> dict[str, Any]:
    metadata = {"name": "web-x1", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}}
    head = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4"}
    return {**head, "metadata": metadata, "endpoints": list(items), "ports": ports, **more}


def as_list(*objects: Any, kind: str = "List") -> str:
    return json.dumps({"apiVersion": "v1", "kind": kind, "items": list(objects)}, indent=1)


def test_a_service(tmp_path: Path) -> None:
    file = listed(tmp_path, json.dumps(service()))
    assert summaries(file) == [("shop/web", "192.0.2.1", (80,))]
    assert file.entries[0].stated.tags == ("namespace=shop", "address=cluster-ip")
    assert file.warnings == [
        "addresses of the cluster's own are among the targets: most clusters let only themselves reach these"
    ]


def test_each_kind_of_address_is_an_entry_of_its_own(tmp_path: Path) -> None:
    ingress = {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}, {"hostname": "lb.example.com"}]}}
    text = as_list(service(clusterIPs=["192.0.2.1", "2001:db8::1"], externalIPs=["198.51.100.1"], status=ingress))
    file = listed(tmp_path, text)
    assert [each[1] for each in summaries(file)] == [
        "192.0.2.1 2001:db8::1",
        "203.0.113.1 lb.example.com",
        "198.51.100.1",
    ]
    found = [(entry.stated.tags or ("", ""))[1] for entry in file.entries]
    assert found == ["address=cluster-ip", "address=load-balancer", "address=external-ip"]


def test_ports_are_named_where_there_are_several(tmp_path: Path) -> None:
    text = json.dumps(service(PORT, {"name": "admin", "port": 9090}, {"name": "dns", "port": 53, "protocol": "UDP"}))
    file = listed(tmp_path, text)
    assert [each[0] for each in summaries(file)] == ["shop/web:http", "shop/web:admin"]
    assert [item.what for item in file.left_out] == ["udp port 53 of shop/web"]  # without --skip-unsupported


def test_endpoints_that_are_ready(tmp_path: Path) -> None:
    """None said is ready (the API's default)."""
    text = as_list(
        endpoints(
            {"addresses": ["192.0.2.11"], "conditions": {"ready": True}},
            {"addresses": ["192.0.2.12"]},
            {"addresses": ["192.0.2.13"], "conditions": {"ready": False}},
        )
    )
    file = listed(tmp_path, text)
    assert summaries(file) == [("shop/web", "192.0.2.11 192.0.2.12", (80,))]
    assert file.entries[0].stated.tags == ("namespace=shop", "address=endpoint")
    assert "1 endpoint not taken: not ready" in file.warnings


def test_ports_of_endpoints_that_say_little(tmp_path: Path) -> None:
    one = {"addresses": ["pods.example.net"]}
    text = as_list(endpoints(one, ports=None), endpoints(one, ports=[{}]), endpoints(one, addressType="FQDN"))
    file = listed(tmp_path, text)
    assert summaries(file) == [("shop/web", "pods.example.net", (80,))]
    assert "1 EndpointSlice without ports not taken: nothing to probe" in file.warnings
    assert [item.what for item in file.left_out] == ["any port of shop/web"]
    assert len(listed(tmp_path, as_list(service({**PORT, "nodePort": 0}), endpoints(ports=[]))).warnings) == 1


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            service(clusterIP="None", clusterIPs=["None"]),
            "1 headless service not taken: the addresses behind it are in",
        ),
        (service(clusterIP=""), "1 service without an address not taken: a running cluster gives it one"),
        (service({**PORT, "nodePort": 30080}), "1 node port not taken: the nodes' addresses are not in here"),
        (
            service(clusterIP=None, externalName="a.example.net", ports=[]),
            "1 external name without ports not taken: write",
        ),
        ({"apiVersion": "apps/v1", "kind": "Deployment"}, "1 object of other kinds (Deployment) not taken"),
    ],
)
def test_what_is_not_taken_is_said(tmp_path: Path, made: dict[str, Any], said: str) -> None:
    told = listed(tmp_path, as_list(made, service(name="other"))).warnings
    assert any(line.startswith(said) for line in told), told


def test_an_external_name(tmp_path: Path) -> None:
    made = service(clusterIP=None, externalName="a.example.net")
    assert summaries(listed(tmp_path, json.dumps(made))) == [("shop/web", "a.example.net", (80,))]
    made["spec"]["ports"] = None
    asked = InputWish(ports_given=True)
    assert summaries(listed(tmp_path, json.dumps(made), asked)) == [("shop/web", "a.example.net", None)]


@pytest.mark.parametrize("kind", ["ServiceList", "EndpointSliceList"])
def test_lists_whose_items_do_not_say_their_kind(tmp_path: Path, kind: str) -> None:
    made = service() if kind == "ServiceList" else endpoints({"addresses": ["192.0.2.1"]})
    del made["kind"], made["apiVersion"]
    assert summaries(listed(tmp_path, as_list(made, kind=kind))) == [("shop/web", "192.0.2.1", (80,))]


def test_a_bare_list_of_objects(tmp_path: Path) -> None:
    """What `jq .items` leaves."""
    assert len(listed(tmp_path, json.dumps([service(), service(name="b")])).entries) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps(service(spec=1, ports=3)), "ports is a string; write a list"),
        (json.dumps({**service(), "spec": []}), "spec is a list; write a mapping"),
        (json.dumps(service({"port": "http"})), 'port is "http"; write its number'),
        (json.dumps(service({"port": 70000})), "list:1:"),
        (json.dumps(service(clusterIP="192.0.2.300")), "list:1:"),
        (json.dumps(service(externalIPs=["a b"])), "list:1:"),
        (
            as_list({"apiVersion": "v1"}),
            "this object names no kind; write what kubectl get svc,endpointslices -A -o json",
        ),
        (as_list("x"), "an object is a string; write a mapping"),
        (as_list(), "the file names no targets; write what kubectl get"),
        (
            '{"apiVersion": "apps/v1", "kind": "Deployment"}',
            "list:1:1: 1 object of other kinds (Deployment) not taken",
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    told = wrong_in(tmp_path, text)
    assert any(said in line for line in told), told


@pytest.mark.parametrize(
    "text",
    [
        "service:\n  type: ClusterIP\n  port: 80\nimage: {repository: web}\n",
        "openapi: 3.1.0\ninfo: {title: a}\npaths: {}\nservers: [{url: https://a.example.com}]\n",
        '{"name": "a", "version": "1.0.0", "dependencies": {}}',
        "apiVersion: v2\nname: chart\n",
        "kind: Service\n",
    ],
)
def test_neighbours(tmp_path: Path, text: str) -> None:
    assert looks_in(tmp_path, text) == ""


def test_several_documents(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: Service\n"
    assert wrong_in(tmp_path, text) == [
        "list:3:1: a second document begins; put all targets into one, without a second ---"
    ]


@pytest.mark.parametrize("indent", [None, 4])
def test_json_of_two_commands_in_one_file(tmp_path: Path, indent: int | None) -> None:
    first = json.dumps(service(), indent=indent) + "\n"
    (problem,) = wrong_in(tmp_path, first + json.dumps(service(), indent=indent))
    place = f"list:{first.count(chr(10)) + 1}:1: "
    assert problem.startswith(f"{place}a second object begins: kubectl wrote here more than once; ask for all in one")
    assert looks_in(tmp_path, first + first) == "kubernetes"
    assert looks_in(tmp_path, first[:-4]) != "kubernetes"


def test_a_last_mark_begins_no_document(tmp_path: Path) -> None:
    """helm template ends so."""
    text = json.dumps(service()) + "\n---\n"
    assert len(listed(tmp_path, text).entries) == 1
    assert len(listed(tmp_path, text + "# nothing\n---\n").entries) == 1
    assert "a second document begins" in wrong_in(tmp_path, text + "''\n", InputWish(format="kubernetes"))[0]


@pytest.mark.parametrize(
    "text",
    [
        "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\nweb    ClusterIP   192.0.2.1 <none> 443/TCP"
        "   9d\n",
        "NAMESPACE   NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\nshop  a   ClusterIP   192.0.2.1    "
        "<none>        443/TCP   9d\n",
        "NAME      ADDRESSTYPE   PORTS   ENDPOINTS    AGE\nweb-x1    IPv4          80      192.0.2.11   9d\n",
    ],
)
def test_the_table_for_people(tmp_path: Path, text: str) -> None:
    (problem,) = wrong_in(tmp_path, text)
    assert problem.endswith("give what kubectl get svc,endpointslices -A -o json prints")


def test_a_service_without_ports_is_counted(tmp_path: Path) -> None:
    file = listed(tmp_path, as_list(service(), {**service(), "spec": {"clusterIP": "192.0.2.2"}}))
    assert "1 service without ports not taken: nothing to probe" in file.warnings
    udp = service({"port": 53, "protocol": "UDP"})
    assert not any("without ports" in line for line in listed(tmp_path, as_list(service(), udp)).warnings)


@pytest.mark.slow
def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    text = as_list(*(service(name=f"s{at}") for at in range(3_600)))
    assert text.count("\n") > 100_000
    assert len(listed(tmp_path, text).entries) == 3_600
