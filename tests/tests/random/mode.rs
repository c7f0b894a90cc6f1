//! The ways an engine can answer a request.

use onefold::engine::{Engine, Request};

/// How an operation is answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mode {
    /// Like any request.
    Ordinary,
    /// With machine code.
    Compiled,
    /// Alone and interpreted, which is the quickest for an operation that comes once.
    Interpreted,
}

impl Mode {
    /// The body of a response.
    ///
    /// # Panics
    /// The body breaks off.
    pub async fn answer(self, engine: &Engine, request: &Request) -> String {
        let response = match self {
            Mode::Ordinary => engine.execute(request).await,
            Mode::Compiled => engine.execute_compiled(request).await,
            Mode::Interpreted => engine.execute_interpreted(request).await,
        };
        let body = response.body.whole().await.expect("the body comes to its end");
        String::from_utf8(body.to_vec()).expect("a response is text")
    }
}
