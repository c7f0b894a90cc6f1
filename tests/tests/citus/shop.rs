//! A shop: customers with their orders and lines by one shard key, suppliers by another, products and countries that
//! every shard has, and visits on a shard of their own.

use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = customer_id, scatter)]
pub struct Customer {
    #[key]
    pub customer_id: i64,
    pub name: String,
    pub country_code: String,
    #[one(country_code)]
    pub country: One<Country>,
    #[many(Order::customer_id)]
    pub orders: Many<Order>,
}

#[derive(Table)]
#[table(shard_by = customer_id, slot_in = order_id)]
pub struct Order {
    #[key]
    pub customer_id: i64,
    #[key]
    pub order_id: i64,
    pub total: Decimal,
    pub placed_at: Timestamptz,
    #[one(customer_id)]
    pub customer: One<Customer>,
    #[many(Line::customer_id, Line::order_id)]
    pub lines: Many<Line>,
    #[many(through(OrderLabel::customer_id, OrderLabel::order_id), to(OrderLabel::label))]
    pub labels: Many<Label>,
    #[many(through(Remark::customer_id, Remark::order_id), to(Remark::label))]
    pub remarks: Many<Label>,
}

#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Line {
    #[key]
    pub customer_id: i64,
    #[key]
    pub order_id: i64,
    #[key]
    pub number: i16,
    pub quantity: i32,
    pub product_id: i32,
    pub supplier_id: i64,
    #[one(customer_id, order_id)]
    pub order: One<Order>,
    #[one(product_id)]
    pub product: One<Product>,
    #[one(supplier_id)]
    #[relation(cross_shard)]
    pub supplier: One<Supplier>,
}

/// Its key does not begin with the shard key.
#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct OrderLabel {
    #[key]
    pub label: String,
    #[key]
    pub order_id: i64,
    #[key]
    pub customer_id: i64,
}

/// May say the same of an order twice.
#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Remark {
    #[key]
    pub customer_id: i64,
    #[key]
    pub remark_id: i64,
    pub order_id: i64,
    pub label: String,
}

#[derive(Table)]
pub struct Label {
    #[key]
    pub label: String,
    pub colour: i32,
    #[many(through(OrderLabel::label), to(OrderLabel::customer_id, OrderLabel::order_id))]
    #[relation(cross_shard)]
    pub marked: Many<Order>,
}

/// No relation leads to it at all.
#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Note {
    #[key]
    pub note_id: Uuid,
    #[key]
    pub customer_id: i64,
    pub text: String,
}

#[derive(Table)]
#[table(reference)]
pub struct Product {
    #[key]
    pub product_id: i32,
    pub name: String,
    pub country_code: String,
    pub supplier_id: i64,
    #[one(country_code)]
    pub country: One<Country>,
    #[one(supplier_id)]
    #[relation(cross_shard)]
    pub supplier: One<Supplier>,
}

#[derive(Table)]
pub struct Country {
    #[key]
    pub code: String,
    pub name: String,
    #[many(Product::country_code)]
    pub products: Many<Product>,
}

#[derive(Table)]
#[table(schema = "supply", shard_by = supplier_id)]
pub struct Supplier {
    #[key]
    pub supplier_id: i64,
    pub name: String,
    pub country_code: String,
    #[one(country_code)]
    pub country: One<Country>,
}

/// By a shard key of another type.
#[derive(Table)]
#[table(name = "Session's", shard_by = token)]
pub struct Session {
    #[key]
    #[column(name = "Token")]
    pub token: Uuid,
    pub country_code: String,
    #[one(country_code)]
    pub country: One<Country>,
    #[many(token = SessionPage::token)]
    pub pages: Many<SessionPage>,
}

#[derive(Table)]
#[table(shard_by = token)]
pub struct SessionPage {
    #[key]
    pub page: i32,
    #[key]
    pub token: Uuid,
}

#[derive(Table)]
#[table(shard = "archive")]
pub struct Visit {
    #[key]
    pub visit_id: i64,
    pub country_code: String,
    pub supplier_id: i64,
    #[one(country_code)]
    pub country: One<Country>,
    #[one(supplier_id)]
    #[relation(cross_shard)]
    pub supplier: One<Supplier>,
}

#[derive(Schema)]
#[schema(tables(
    Customer,
    Order,
    Line,
    OrderLabel,
    Remark,
    Label,
    Note,
    Product,
    Country,
    Supplier,
    Session,
    SessionPage,
    Visit
))]
pub struct Shop;
