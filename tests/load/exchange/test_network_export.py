import csv
from pathlib import Path

import networkx as nx
import pandas as pd
import pyarrow.parquet as pq

from kgbuild.load.exports.network import write_network


def test_gephis_headings_and_a_graph_that_networkx_takes(tables: Path, tmp_path: Path) -> None:
    report = write_network(tables, tmp_path)
    nodes, edges = pd.read_csv(tmp_path / "nodes.csv"), pd.read_csv(tmp_path / "edges.csv")
    assert (len(nodes), len(edges)) == (report.nodes, report.edges)
    assert list(nodes.columns[:2]) == ["Id", "Label"]
    assert list(edges.columns[:6]) == ["Source", "Target", "Type", "Id", "Label", "Weight"]
    graph = nx.from_pandas_edgelist(edges, "Source", "Target", ["Label", "Weight"], create_using=nx.MultiDiGraph)
    assert set(graph) <= set(nodes["Id"])
    statements = [
        row for row in pq.read_table(tables / "statements.parquet").to_pylist() if row["supporting"] + row["refuting"]
    ]
    assert graph.number_of_edges() == len(statements)
    assert sum(edges["Weight"]) == sum(row["belief"] for row in statements)


def test_less_believed_statements_can_be_left_out(tables: Path, tmp_path: Path) -> None:
    assert write_network(tables, tmp_path, min_belief=0.6).edges == 11
    with (tmp_path / "edges.csv").open(encoding="utf-8", newline="") as stream:
        assert all(float(row["Weight"]) >= 0.6 for row in csv.DictReader(stream))
