//! Onefold over the data set of the comparison: all there is to write for a server.

use onefold::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Who writes.
#[derive(Table)]
#[table(name = "tb_user")]
pub struct User {
    #[key]
    pub pk_user: i32,
    pub id: Uuid,
    pub identifier: String,
    pub email: String,
    pub username: String,
    pub full_name: String,
    pub bio: Option<String>,
    pub created_at: Timestamptz,
    pub updated_at: Timestamptz,
    #[many(Post::fk_author)]
    pub posts: Many<Post>,
    #[many(Comment::fk_author)]
    pub comments: Many<Comment>,
}

/// The same table by its other unique column.
#[derive(Table)]
#[table(name = "tb_user", singular = "userById", plural = "usersById")]
pub struct UserById {
    #[key]
    pub id: Uuid,
    pub username: String,
    pub full_name: String,
    pub bio: Option<String>,
}

/// What is written.
#[derive(Table)]
#[table(name = "tb_post")]
pub struct Post {
    #[key]
    pub pk_post: i32,
    pub id: Uuid,
    pub identifier: String,
    pub title: String,
    pub content: String,
    pub fk_author: i32,
    pub published: bool,
    pub created_at: Timestamptz,
    pub updated_at: Timestamptz,
    #[one(fk_author)]
    pub author: One<User>,
    #[many(Comment::fk_post)]
    pub comments: Many<Comment>,
}

/// What is written about it.
#[derive(Table)]
#[table(name = "tb_comment")]
pub struct Comment {
    #[key]
    pub pk_comment: i32,
    pub id: Uuid,
    pub identifier: Option<String>,
    pub fk_post: i32,
    pub fk_author: i32,
    pub content: String,
    pub created_at: Timestamptz,
    pub updated_at: Timestamptz,
    #[one(fk_post)]
    pub post: One<Post>,
    #[one(fk_author)]
    pub author: One<User>,
}

#[derive(Schema)]
#[schema(tables(User, UserById, Post, Comment))]
pub struct Blog;

onefold::server!(Blog);
