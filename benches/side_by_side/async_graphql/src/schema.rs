//! The root fields, which read their rows themselves, and the relations, which ask the loaders of the request.

use async_graphql::{ComplexObject, Context, Error, Object, Result};
use uuid::Uuid;

use crate::database::{Comment, Database, Post, User};
use crate::loaders::{Loaders, Page};

/// The root of all queries.
pub struct Query;

#[Object]
impl Query {
    async fn users(&self, context: &Context<'_>, #[graphql(default = 100)] limit: i64) -> Result<Vec<User>> {
        let sql = "SELECT pk_user, id, username, full_name, bio FROM tb_user ORDER BY pk_user LIMIT $1";
        Ok(context.data::<Database>()?.read(sql, &[&limit]).await?)
    }

    async fn user(&self, context: &Context<'_>, id: Uuid) -> Result<Option<User>> {
        let sql = "SELECT pk_user, id, username, full_name, bio FROM tb_user WHERE id = $1";
        Ok(context.data::<Database>()?.read(sql, &[&id]).await?.pop())
    }

    async fn posts(
        &self,
        context: &Context<'_>,
        published: Option<bool>,
        #[graphql(default = 100)] limit: i64,
    ) -> Result<Vec<Post>> {
        let database = context.data::<Database>()?;
        let posts = match published {
            None => {
                let sql = "SELECT pk_post, fk_author, id, title, content, published, created_at
                           FROM tb_post ORDER BY pk_post LIMIT $1";
                database.read(sql, &[&limit]).await
            }
            Some(published) => {
                let sql = "SELECT pk_post, fk_author, id, title, content, published, created_at
                           FROM tb_post WHERE published = $1 ORDER BY pk_post LIMIT $2";
                database.read(sql, &[&published, &limit]).await
            }
        };
        Ok(posts?)
    }

    async fn comments(
        &self,
        context: &Context<'_>,
        #[graphql(default = 100)] limit: i64,
    ) -> Result<Vec<Comment>> {
        let sql = "SELECT fk_post, fk_author, id, content FROM tb_comment ORDER BY pk_comment LIMIT $1";
        Ok(context.data::<Database>()?.read(sql, &[&limit]).await?)
    }
}

#[ComplexObject]
impl User {
    async fn posts(&self, context: &Context<'_>, #[graphql(default = 100)] limit: i64) -> Result<Vec<Post>> {
        let page = Page { parent: self.key, limit };
        let posts = context.data::<Loaders>()?.posts_of_users.load_one(page).await?;
        Ok(posts.unwrap_or_default())
    }
}

#[ComplexObject]
impl Post {
    async fn author(&self, context: &Context<'_>) -> Result<User> {
        author(context, self.author_key).await
    }

    async fn comments(
        &self,
        context: &Context<'_>,
        #[graphql(default = 100)] limit: i64,
    ) -> Result<Vec<Comment>> {
        let page = Page { parent: self.key, limit };
        let comments = context.data::<Loaders>()?.comments_of_posts.load_one(page).await?;
        Ok(comments.unwrap_or_default())
    }
}

#[ComplexObject]
impl Comment {
    async fn author(&self, context: &Context<'_>) -> Result<User> {
        author(context, self.author_key).await
    }

    async fn post(&self, context: &Context<'_>) -> Result<Post> {
        let post = context.data::<Loaders>()?.posts.load_one(self.post_key).await?;
        post.ok_or_else(|| Error::new("the post is gone"))
    }
}

async fn author(context: &Context<'_>, key: i32) -> Result<User> {
    let user = context.data::<Loaders>()?.users.load_one(key).await?;
    user.ok_or_else(|| Error::new("the author is gone"))
}
