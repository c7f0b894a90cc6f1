//! Clients that ask without a pause, and look at each answer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use onefold::engine::{Consistency, Engine, Request};
use tokio::task::JoinHandle;

use super::judge::Operation;
use super::log::Log;
use super::pairs::{CUSTOMERS, Pairs, home, regulars};

/// How many clients ask for all kinds of things; each shard has one more of its own.
const MIXED: usize = 4;

/// Clients that ask until this is dropped.
pub struct Load(Vec<JoinHandle<()>>);

impl Load {
    /// Starts to ask.
    pub async fn start(pairs: &Pairs, engine: &Arc<Engine>, log: &Arc<Log>) -> Load {
        let count = pairs.pairs.len();
        let points = points(pairs, count).await;
        let mixed = mixed(pairs, count).await;
        let mut tasks = Vec::new();
        for shard in 0..count {
            let own = points.iter().filter(|point| point.shards.contains(&shard)).map(Arc::clone).collect();
            tasks.push(client(own, shard, pairs, engine, log));
        }
        let both: Vec<_> = points.into_iter().chain(mixed).collect();
        for number in 0..MIXED {
            // Not all the same at once.
            let mut operations = both.clone();
            operations.rotate_left(number * both.len() / MIXED);
            tasks.push(client(operations, number, pairs, engine, log));
        }
        Load(tasks)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

fn client(
    operations: Vec<Arc<Operation>>,
    number: usize,
    pairs: &Pairs,
    engine: &Arc<Engine>,
    log: &Arc<Log>,
) -> JoinHandle<()> {
    let consistency: Consistency = pairs.token.parse().expect("it is a token");
    let (engine, log) = (Arc::clone(engine), Arc::clone(log));
    tokio::spawn(async move {
        for (turn, operation) in operations.iter().cycle().enumerate() {
            let mut request: Request = operation.request.clone();
            if (number + turn).is_multiple_of(3) {
                request.consistency = consistency.clone();
            }
            let began = Instant::now();
            let answer = match engine.execute(&request).await.body.whole().await {
                Ok(body) => operation.judge(&body),
                Err(error) => Err(format!("an answer breaks off: {error}")),
            };
            match answer {
                Ok(missing) => log.answered(began, &operation.shards, &missing),
                Err(what) => log.is_wrong(what),
            }
            // What is refused at once would leave others no time.
            tokio::task::yield_now().await;
        }
    })
}

/// A read by key for each customer.
async fn points(pairs: &Pairs, count: usize) -> Vec<Arc<Operation>> {
    let mut points = Vec::new();
    for customer in 1..=CUSTOMERS {
        let query = format!(
            "{{ customer(customerId: {customer}) {{ name purchases {{ purchaseId state \
                lines(limit: 3) {{ lineId quantity product {{ title price }} }} }} }} }}"
        );
        let roots = vec![("customer", BTreeSet::from([home(customer, count)]))];
        points.push(Arc::new(Operation::new(query, roots, count, &pairs.oracle).await));
    }
    points
}

/// All others.
async fn mixed(pairs: &Pairs, count: usize) -> Vec<Arc<Operation>> {
    let one = |customer| BTreeSet::from([home(customer, count)]);
    let all: BTreeSet<usize> = (0..count).collect();
    let regulars = regulars(count);
    let (a, b) = (regulars[0], regulars[1]);
    let keys: Vec<String> = (1..=8).map(|customer: i64| customer.to_string()).collect();
    let of_keys = (1..=8).map(|customer| home(customer, count)).collect();
    let mut documents = vec![
        (
            format!("{{ a: customer(customerId: {a}) {{ name }} b: customer(customerId: {b}) {{ name country }} }}"),
            vec![("a", one(a)), ("b", one(b))],
        ),
        (
            format!(
                "{{ customers(where: {{customerId: {{in: [{}]}}}}, orderBy: {{name: DESC}}) {{ customerId name }} }}",
                keys.join(", ")
            ),
            vec![("customers", of_keys)],
        ),
        (
            "query @scatter { purchases(orderBy: [{state: DESC}, {customer: {name: ASC}}], limit: 15, offset: 2) \
               { purchaseId state customer { customerId name } lines(limit: 1) { lineId } } }"
                .to_owned(),
            vec![("purchases", all.clone())],
        ),
        ("{ lines(limit: 300, orderBy: {quantity: DESC}) { customerId lineId quantity } }".to_owned(), vec![("lines", all)]),
        ("{ products { title supplier { supplierId name } } }".to_owned(), vec![("products", BTreeSet::new())]),
        ("{ product(productId: 2) { title price } products(limit: 2) { productId } }".to_owned(), vec![]),
        (
            "{ deliveries { deliveryId supplier { supplierId name } } product(productId: 1) { title } }".to_owned(),
            // What every shard has is read together with what one has, and is away with it.
            vec![("deliveries", BTreeSet::from([0])), ("product", BTreeSet::from([0]))],
        ),
        (
            format!("{{ customer(customerId: {b}) {{ name }} products(limit: 3) {{ title supplier {{ supplierId name }} }} }}"),
            vec![("customer", one(b)), ("products", one(b))],
        ),
    ];
    for customer in regulars {
        documents.push((
            format!(
                "{{ lines(where: {{customerId: {{eq: {customer}}}}}, limit: 1000) {{ lineId quantity product {{ title }} }} }}"
            ),
            vec![("lines", one(customer))],
        ));
    }
    let mut mixed = Vec::new();
    for (query, roots) in documents {
        mixed.push(Arc::new(Operation::new(query, roots, count, &pairs.oracle).await));
    }
    // Points are many more, and each kind is to come often.
    mixed.iter().cycle().take(3 * mixed.len()).map(Arc::clone).collect()
}
