use onefold::prelude::*;

#[derive(Table)]
#[table(defaultLimit = 5, comment = "x")]
pub struct Track {
    #[key]
    pub id: i32,
    #[column(nam = "x")]
    pub name: String,
    #[column(primary)]
    pub other: String,
}

fn main() {}
