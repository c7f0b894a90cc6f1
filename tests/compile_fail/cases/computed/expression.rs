use onefold::prelude::*;

#[derive(Table)]
pub struct Item {
    #[key]
    pub item_id: i32,
    pub name: String,
    #[sql("")]
    pub empty: String,
    #[sql("lower({name}")]
    pub open: String,
    #[sql("{name})")]
    pub closed: String,
    #[sql("{name} || 'a")]
    pub quote: String,
    #[sql("{name}; DROP TABLE item")]
    pub statement: String,
    #[sql("{name} -- a name")]
    pub comment: String,
    #[sql("'a'")]
    pub literal: String,
    #[sql("{0}")]
    pub position: String,
    #[sql("{self}")]
    pub keyword: String,
    #[sql("{_}")]
    pub wildcard: String,
    #[sql("{\"}")]
    pub quoted: String,
    #[sql("{type}")]
    pub missing: String,
    #[sql("'a'é")]
    pub accent: String,
    #[sql]
    pub nothing: String,
    #[sql(name)]
    pub no_text: String,
}

fn main() {}
