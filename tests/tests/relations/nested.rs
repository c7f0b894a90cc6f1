//! Selections nested deeply, widely and under conditions, with response keys that SQL has other uses for.

use onefold::schema::Schema;
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::model::{self, KEYS};
use super::schema::Graph;
use super::{Fixture, block_on};

#[test]
fn random_selections() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let fixture = runtime.block_on(Fixture::new(Graph::SCHEMA, &model::rows()));
    let config = Cases { cases: 48, failure_persistence: None, max_shrink_iters: 300, ..Cases::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&model::roots(), |roots| {
        let document = model::document(&roots);
        for variables in [[true; 3], [false; 3], [true, false, true], [false, true, false]] {
            let values = json!({"v0": variables[0], "v1": variables[1], "v2": variables[2]});
            runtime.block_on(fixture.check(&document, values, model::data(&roots, variables)));
        }
        Ok(())
    });
    // The database is dropped while the runtime is there.
    let _guard = runtime.enter();
    drop(fixture);
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn chains_to_one() {
    block_on(async {
        let fixture = Fixture::new(Graph::SCHEMA, &model::rows()).await;
        let query = "{ nodes(where: {id: {in: [40, 5, 2]}}, orderBy: {parent: {parent: {parent: {parent: {id: DESC}}}}}) {
            id parent { id parent { id parent { id parent { id parent { id parent { id } } } } } } } }";
        let data = json!({"nodes": [
            {"id": 2, "parent": null},
            {"id": 5, "parent": {"id": 1, "parent": null}},
            {"id": 40, "parent": {"id": 13, "parent": {"id": 4, "parent": {"id": 1, "parent": null}}}}
        ]});
        fixture.check(query, json!({}), data).await;
        let query =
            "{ edge(id: 0) { from { children { id parent { children(limit: 1) { parent { id } } } } } } }";
        let data = json!({"edge": {"from": {"children": [
            {"id": 3, "parent": {"children": [{"parent": {"id": 1}}]}},
            {"id": 4, "parent": {"children": [{"parent": {"id": 1}}]}},
            {"id": 5, "parent": {"children": [{"parent": {"id": 1}}]}}
        ]}}});
        fixture.check(query, json!({}), data).await;
    });
}

/// Lists in lists to the deepest level that is allowed.
#[test]
fn lists_in_lists() {
    block_on(async {
        let fixture = Fixture::new(Graph::SCHEMA, &model::rows()).await;
        // Node 6 is a peer of itself by way of some others; the model is that of the random selections, unrolled.
        let (mut query, mut sql) = (String::from("{ id }"), String::from("json_build_object('id', n7.id)"));
        for level in (1..=6).rev() {
            query = format!("{{ id peers(where: {{id: {{lt: 30}}}}, limit: 2) {query} }}");
            sql = format!(
                "json_build_object('id', n{level}.id, 'peers', (SELECT coalesce(json_agg({sql} ORDER BY n{0}.id), '[]')
                 FROM (SELECT * FROM node WHERE id < 30 AND id IN (SELECT to_id FROM edge WHERE from_id = n{level}.id)
                 ORDER BY id LIMIT 2) n{0}))",
                level + 1
            );
        }
        let sql = format!("json_build_object('nodes', (SELECT json_agg({sql} ORDER BY id) FROM node n1))");
        fixture.check_sql(&format!("{{ nodes {query} }}"), &sql).await;
    });
}

#[test]
fn many_aliases_of_one_list() {
    block_on(async {
        let fixture = Fixture::new(Graph::SCHEMA, &model::rows()).await;
        let aliases = |list: &str, count: usize| {
            (0..count)
                .map(|i| format!("a{i}: {list}(limit: {}, offset: {}) {{ id }} ", i % 4, i / 4))
                .collect::<String>()
        };
        let list = |ids: &[i32], i: usize| -> Value {
            ids.iter().skip(i / 4).take(i % 4).map(|id| json!({"id": id})).collect()
        };
        let object = |ids: &[i32], count: usize| -> Value {
            (0..count).map(|i| (format!("a{i}"), list(ids, i))).collect::<serde_json::Map<_, _>>().into()
        };
        let all: Vec<i32> = (1..=model::NODES).collect();
        fixture.check(&format!("{{ {} }}", aliases("nodes", 60)), json!({}), object(&all, 60)).await;
        let data = json!({"node": object(&[3, 4, 5], 60)});
        fixture.check(&format!("{{ node(id: 1) {{ {} }} }}", aliases("children", 60)), json!({}), data).await;
    });
}

/// Each awkward key for every kind of field, and all of them side by side.
#[test]
fn awkward_response_keys() {
    block_on(async {
        let fixture = Fixture::new(Graph::SCHEMA, &model::rows()).await;
        let list = "(limit: 1, orderBy: {parent: {order1: DESC_NULLS_LAST}})";
        for key in KEYS {
            let query = format!(
                "{{ {key}: nodes(limit: 1, offset: 2, orderBy: {{parent: {{id: ASC_NULLS_FIRST}}}}) {{
                     {key}: children{list} {{ {key}: parent {{ {key}: peers {{ {key}: id }} x: order1 }} }} }} }}"
            );
            let nested = json!({key: {key: [{key: 3}, {key: 4}, {key: 22}], "x": "3"}});
            fixture.check(&query, json!({}), json!({key: [{key: [nested]}]})).await;
        }
        let fields: String =
            KEYS.iter().map(|key| format!("{key}: children(limit: 1) {{ {key}: id }} ")).collect();
        let node: Value = KEYS
            .iter()
            .map(|key| ((*key).to_owned(), json!([{*key: 3}])))
            .collect::<serde_json::Map<_, _>>()
            .into();
        fixture
            .check(&format!("{{ nodes(limit: 1) {{ {fields} }} }}"), json!({}), json!({"nodes": [node]}))
            .await;
        let roots: String = KEYS.iter().map(|key| format!("{key}: node(id: 1) {{ ...all }} ")).collect();
        let data: Value = KEYS
            .iter()
            .map(|key| ((*key).to_owned(), node.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let query = format!("{{ {roots} }} fragment all on Node {{ {fields} }}");
        fixture.check(&query, json!({}), data).await;
    });
}

/// Lists under an object that is only there sometimes, for all values of the conditions.
#[test]
fn conditions_on_every_level() {
    block_on(async {
        let fixture = Fixture::new(Graph::SCHEMA, &model::rows()).await;
        let query = "query($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!) {
            node(id: 13) {
              parent @include(if: $a) {
                parent @skip(if: $b) { children(limit: 2) @include(if: $c) { id parent @include(if: $d) { id } } id }
                children(limit: 1) @include(if: $b) { peers(limit: 1) @skip(if: $c) { id } }
                id
              }
              ... @include(if: $d) { parent { order1 children(limit: 1) @include(if: $b) { id } } }
              id
            }
          }";
        for bits in 0..16 {
            let [a, b, c, d] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
            let mut node = json!({"id": 13});
            if a || d {
                let mut parent = json!({});
                if a {
                    parent["id"] = json!(4);
                    if !b {
                        parent["parent"] = json!({"id": 1});
                        if c {
                            let child = |id: i32| {
                                if d { json!({"id": id, "parent": {"id": 1}}) } else { json!({"id": id}) }
                            };
                            parent["parent"]["children"] = json!([child(3), child(4)]);
                        }
                    }
                }
                if d {
                    parent["order1"] = json!("0");
                }
                if b {
                    let mut child = json!({});
                    if a && !c {
                        child["peers"] = json!([{"id": 3}]);
                    }
                    if d {
                        child["id"] = json!(12);
                    }
                    parent["children"] = json!([child]);
                }
                node["parent"] = parent;
            }
            fixture.check(query, json!({"a": a, "b": b, "c": c, "d": d}), json!({"node": node})).await;
        }
    });
}
