//! The keys that a level of a response asks for → rows, one statement for all of them.

use std::collections::HashMap;

use async_graphql::dataloader::{DataLoader, Loader};

use crate::database::{Comment, Database, Error, Post, User};

/// The loaders of a request. They live as long as it does, so that no request sees what another has read.
pub struct Loaders {
    pub users: DataLoader<Users>,
    pub posts: DataLoader<Posts>,
    pub posts_of_users: DataLoader<PostsOfUsers>,
    pub comments_of_posts: DataLoader<CommentsOfPosts>,
}

impl Loaders {
    pub fn new(database: &Database) -> Loaders {
        Loaders {
            users: DataLoader::new(Users(database.clone()), tokio::spawn),
            posts: DataLoader::new(Posts(database.clone()), tokio::spawn),
            posts_of_users: DataLoader::new(PostsOfUsers(database.clone()), tokio::spawn),
            comments_of_posts: DataLoader::new(CommentsOfPosts(database.clone()), tokio::spawn),
        }
    }
}

/// The first `limit` rows that belong to the row with the key `parent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Page {
    pub parent: i32,
    pub limit: i64,
}

/// Users by their keys.
pub struct Users(Database);

impl Loader<i32> for Users {
    type Value = User;
    type Error = Error;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, User>, Error> {
        let sql = "SELECT pk_user, id, username, full_name, bio FROM tb_user WHERE pk_user = ANY($1)";
        let users: Vec<User> = self.0.read(sql, &[&keys]).await?;
        Ok(users.into_iter().map(|user| (user.key, user)).collect())
    }
}

/// Posts by their keys.
pub struct Posts(Database);

impl Loader<i32> for Posts {
    type Value = Post;
    type Error = Error;

    async fn load(&self, keys: &[i32]) -> Result<HashMap<i32, Post>, Error> {
        let sql = "SELECT pk_post, fk_author, id, title, content, published, created_at
                   FROM tb_post WHERE pk_post = ANY($1)";
        let posts: Vec<Post> = self.0.read(sql, &[&keys]).await?;
        Ok(posts.into_iter().map(|post| (post.key, post)).collect())
    }
}

/// The posts of users.
pub struct PostsOfUsers(Database);

impl Loader<Page> for PostsOfUsers {
    type Value = Vec<Post>;
    type Error = Error;

    async fn load(&self, pages: &[Page]) -> Result<HashMap<Page, Vec<Post>>, Error> {
        let sql = "SELECT post.* FROM unnest($1::int4[]) AS parent (key) CROSS JOIN LATERAL (
                     SELECT pk_post, fk_author, id, title, content, published, created_at
                     FROM tb_post WHERE fk_author = parent.key ORDER BY pk_post LIMIT $2
                   ) AS post";
        let mut found = HashMap::with_capacity(pages.len());
        for (limit, parents) in by_limit(pages) {
            for post in self.0.read::<Post>(sql, &[&parents, &limit]).await? {
                let page = Page { parent: post.author_key, limit };
                found.entry(page).or_insert_with(Vec::new).push(post);
            }
        }
        Ok(found)
    }
}

/// The comments of posts.
pub struct CommentsOfPosts(Database);

impl Loader<Page> for CommentsOfPosts {
    type Value = Vec<Comment>;
    type Error = Error;

    async fn load(&self, pages: &[Page]) -> Result<HashMap<Page, Vec<Comment>>, Error> {
        let sql = "SELECT comment.* FROM unnest($1::int4[]) AS parent (key) CROSS JOIN LATERAL (
                     SELECT fk_post, fk_author, id, content
                     FROM tb_comment WHERE fk_post = parent.key ORDER BY pk_comment LIMIT $2
                   ) AS comment";
        let mut found = HashMap::with_capacity(pages.len());
        for (limit, parents) in by_limit(pages) {
            for comment in self.0.read::<Comment>(sql, &[&parents, &limit]).await? {
                let page = Page { parent: comment.post_key, limit };
                found.entry(page).or_insert_with(Vec::new).push(comment);
            }
        }
        Ok(found)
    }
}

/// Aliases may ask for pages of different lengths; each length is a statement.
fn by_limit(pages: &[Page]) -> HashMap<i64, Vec<i32>> {
    let mut parents: HashMap<i64, Vec<i32>> = HashMap::new();
    for page in pages {
        parents.entry(page.limit).or_default().push(page.parent);
    }
    parents
}
