//! Guesses what somebody is typing into the search field.

use std::sync::Arc;

use catalog::{CategoryName, ProductSummary};
use database::Ctx;

use crate::{Engine, EngineError, IndexKey, list_products::note_index, sync_flow::blocking};

/// What is shown below the field.
#[derive(Debug, Default)]
pub struct Guesses {
    /// Whole searches.
    pub words: Vec<String>,
    /// Categories whose name goes on like that.
    pub categories: Vec<CategoryName>,
    /// Products.
    pub products: Vec<ProductSummary>,
}

/// How many of each kind are shown.
const MOST: usize = 6;

/// Guesses from the first letters; nothing is guessed from nothing, or while the engine has no index.
pub async fn suggest(ctx: &mut Ctx, engine: &Arc<dyn Engine>, typed: &str) -> Result<Guesses, database::Error> {
    let store = Arc::clone(ctx.store());
    if typed.trim().is_empty() {
        return Ok(Guesses::default());
    }
    let index = IndexKey {
        store_id: store.id,
        locale: store.locale,
    };
    let (asked, now, letters) = (Arc::clone(engine), ctx.now(), typed.to_owned());
    let suggested = match blocking(move || asked.suggest(index, &letters, now, MOST)).await {
        Ok(suggested) => suggested.unwrap_or_default(),
        Err(EngineError(cause)) => {
            tracing::warn!(%cause, store = store.slug, "nothing was suggested: the search engine failed");
            return Ok(Guesses::default());
        }
    };
    // Nothing is noted, and so nothing kept, of what the engine could not say.
    note_index(ctx);
    let beginning = typed.trim().to_lowercase();
    let names = catalog::category_names(ctx).await?;
    let categories = names.iter().filter(|name| name.begins(&beginning)).take(MOST);
    Ok(Guesses {
        words: suggested.words,
        categories: categories.cloned().collect(),
        products: catalog::list_products_by_id(ctx, &suggested.products).await?,
    })
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::{ProductId, Time};

    use super::*;
    use crate::{Found, ProductDocument, ProductQuery, Rebuild, Seen, Suggestions};

    /// An engine that knows one word, or can say nothing.
    #[derive(Debug)]
    struct OneWord {
        fails: bool,
    }

    fn failed() -> EngineError {
        EngineError("the disk is full".into())
    }

    impl Engine for OneWord {
        fn seen(&self, _index: IndexKey) -> Result<Option<Seen>, EngineError> {
            Err(failed())
        }

        fn rebuild(&self, _index: IndexKey) -> Result<Box<dyn Rebuild>, EngineError> {
            Err(failed())
        }

        fn change(
            &self,
            _index: IndexKey,
            _products: &[ProductDocument],
            _gone: &[ProductId],
            _seen: &str,
        ) -> Result<(), EngineError> {
            Err(failed())
        }

        fn search(&self, _index: IndexKey, _query: &ProductQuery) -> Result<Option<Found>, EngineError> {
            Err(failed())
        }

        fn suggest(
            &self,
            _index: IndexKey,
            _typed: &str,
            _now: Time,
            _limit: usize,
        ) -> Result<Option<Suggestions>, EngineError> {
            if self.fails {
                return Err(failed());
            }
            Ok(Some(Suggestions {
                words: vec!["lamp".to_owned()],
                products: Vec::new(),
            }))
        }
    }

    #[tokio::test]
    async fn nothing_is_kept_of_what_an_engine_could_not_say() {
        let db = TestDatabase::new().await;
        for fails in [true, false] {
            let engine: Arc<dyn Engine> = Arc::new(OneWord { fails });
            let reads = db.database().cache().begin();
            let mut ctx = db.work().noting(Some(reads.clone())).read();
            let guesses = suggest(&mut ctx, &engine, "la").await.unwrap();
            ctx.rollback().await;
            let words: &[&str] = if fails { &[] } else { &["lamp"] };
            assert_eq!(guesses.words, words);
            assert_eq!(
                reads.is_empty(),
                fails,
                "nobody keeps an answer of which nothing was noted"
            );
        }
    }
}
