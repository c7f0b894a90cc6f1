//! Queries as structs: a field that the schema has not, or has of another type, does not compile.

/// What `cynic` knows of the schema.
#[allow(missing_docs, unreachable_pub)]
pub mod schema {
    cynic::use_schema!("schema.graphql");
}

#[cynic::schema_for_derives(file = "schema.graphql", module = "schema")]
mod structs {
    use super::schema;

    #[derive(cynic::Scalar, Debug, Clone, PartialEq)]
    pub struct Decimal(pub String);

    #[derive(cynic::Scalar, Debug, Clone, PartialEq)]
    #[cynic(graphql_type = "LocalDateTime")]
    pub struct Timestamp(pub String);

    #[derive(cynic::Enum, Debug, Clone, Copy, PartialEq)]
    #[cynic(graphql_type = "OrderDirection", rename_all = "SCREAMING_SNAKE_CASE")]
    pub enum Direction {
        Asc,
        Desc,
        AscNullsFirst,
        AscNullsLast,
        DescNullsFirst,
        DescNullsLast,
    }

    // Inputs: what is not given is not sent, because null says something else.

    #[derive(cynic::InputObject, Debug, Clone, Default)]
    pub struct StringFilter {
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub i_contains: Option<String>,
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub is_null: Option<bool>,
    }

    #[derive(cynic::InputObject, Debug, Clone, Default)]
    pub struct IntFilter {
        #[cynic(rename = "in", skip_serializing_if = "Option::is_none")]
        pub one_of: Option<Vec<i32>>,
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub gt: Option<i32>,
    }

    #[derive(cynic::InputObject, Debug, Clone, Default)]
    pub struct DecimalFilter {
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub eq: Option<Decimal>,
    }

    #[derive(cynic::InputObject, Debug, Clone, Default)]
    pub struct TrackWhere {
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub or: Option<Vec<TrackWhere>>,
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub composer: Option<StringFilter>,
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub milliseconds: Option<IntFilter>,
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub unit_price: Option<DecimalFilter>,
    }

    #[derive(cynic::InputObject, Debug, Clone, Default)]
    pub struct TrackListWhere {
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub some: Option<TrackWhere>,
    }

    #[derive(cynic::InputObject, Debug, Clone, Default)]
    pub struct AlbumWhere {
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub album_id: Option<IntFilter>,
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub tracks: Option<TrackListWhere>,
    }

    /// A oneOf input: just one of these.
    #[derive(cynic::InputObject, Debug, Clone, Default)]
    pub struct AlbumOrderBy {
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub title: Option<Direction>,
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub artist: Option<ArtistOrderBy>,
    }

    #[derive(cynic::InputObject, Debug, Clone, Default)]
    pub struct ArtistOrderBy {
        #[cynic(skip_serializing_if = "Option::is_none")]
        pub name: Option<Direction>,
    }

    // Albums with their artist and tracks.

    #[derive(cynic::QueryVariables, Debug)]
    pub struct AlbumsVariables {
        pub filter: Option<AlbumWhere>,
        pub order: Option<Vec<AlbumOrderBy>>,
        pub limit: Option<i32>,
        pub tracks: Option<TrackWhere>,
    }

    #[derive(cynic::QueryFragment, Debug)]
    #[cynic(graphql_type = "Query", variables = "AlbumsVariables")]
    pub struct AlbumsQuery {
        #[arguments(where: $filter, orderBy: $order, limit: $limit)]
        pub albums: Vec<Album>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    #[cynic(variables = "AlbumsVariables")]
    pub struct Album {
        pub title: String,
        pub artist: Artist,
        #[arguments(where: $tracks, orderBy: { unitPrice: DESC })]
        pub tracks: Vec<Track>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    pub struct Artist {
        pub name: Option<String>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    pub struct Track {
        #[cynic(rename = "name")]
        pub title: String,
        pub unit_price: Decimal,
        pub genre: Option<Genre>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    pub struct Genre {
        pub genre_id: i32,
    }

    // An employee with managers, reports and customers.

    #[derive(cynic::QueryVariables, Debug)]
    pub struct EmployeeVariables {
        pub id: i32,
        pub since: Timestamp,
        pub with_customers: bool,
    }

    #[derive(cynic::QueryFragment, Debug)]
    #[cynic(graphql_type = "Query", variables = "EmployeeVariables")]
    pub struct EmployeeQuery {
        #[arguments(employeeId: $id)]
        pub employee: Option<Employee>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    #[cynic(variables = "EmployeeVariables")]
    pub struct Employee {
        pub first_name: String,
        pub hire_date: Option<Timestamp>,
        #[cynic(recurse = "2")]
        pub manager: Option<Box<Employee>>,
        #[directives(include(if: $with_customers))]
        pub customers: Option<Vec<Customer>>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    #[cynic(variables = "EmployeeVariables")]
    pub struct Customer {
        pub last_name: String,
        #[arguments(where: { invoiceDate: { gte: $since } })]
        pub invoices: Vec<Invoice>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    pub struct Invoice {
        pub invoice_date: Timestamp,
        pub total: Decimal,
        pub invoice_lines: Vec<InvoiceLine>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    pub struct InvoiceLine {
        pub quantity: i32,
    }

    // What was sold, in groups.

    #[derive(cynic::Enum, Debug, Clone, Copy, PartialEq)]
    #[cynic(graphql_type = "DateTimeGroupBy", rename_all = "SCREAMING_SNAKE_CASE")]
    pub enum Unit {
        Value,
        Year,
        Quarter,
        Month,
        Week,
        Day,
        Hour,
        Minute,
    }

    /// A oneOf input, of which times are enough here.
    #[derive(cynic::InputObject, Debug, Clone)]
    pub struct InvoiceGroupBy {
        pub invoice_date: Option<Unit>,
    }

    #[derive(cynic::QueryVariables, Debug)]
    pub struct SalesVariables {
        pub groups: Option<Vec<InvoiceGroupBy>>,
    }

    #[derive(cynic::QueryFragment, Debug)]
    #[cynic(graphql_type = "Query", variables = "SalesVariables")]
    pub struct SalesQuery {
        #[arguments(groupBy: $groups, orderBy: { total: { sum: DESC } })]
        pub invoices_aggregate: Vec<Sales>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    #[cynic(graphql_type = "InvoiceAggregate")]
    pub struct Sales {
        pub key: SalesKey,
        pub count: i32,
        pub total: Amount,
        pub customer_id: Different,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    #[cynic(graphql_type = "InvoiceAggregateKey")]
    pub struct SalesKey {
        pub invoice_date: Option<Timestamp>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    #[cynic(graphql_type = "DecimalAggregate")]
    pub struct Amount {
        pub sum: Option<Decimal>,
    }

    #[derive(cynic::QueryFragment, Debug, PartialEq)]
    #[cynic(graphql_type = "IntAggregate")]
    pub struct Different {
        pub count_distinct: i32,
    }
}

pub use structs::*;
