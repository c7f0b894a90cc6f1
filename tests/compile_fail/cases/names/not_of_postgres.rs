use onefold::prelude::*;

#[derive(Table)]
#[table(name = "a_name_of_more_than_sixty_three_bytes_which_postgres_would_cut_short")]
pub struct Track {
    #[key]
    pub id: i32,
    #[column(name = "")]
    pub nothing: i32,
}

fn main() {}
