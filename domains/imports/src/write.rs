//! Writes a batch of products in one transaction. When something in it cannot be written, the batch is halved until the
//! bad product stands alone, so that it fails alone.

use catalog::{UpsertError, UpsertProduct, Upserted};
use database::{Ctx, Work};
use inventory::{SetLevel, SetLevelsError};
use kernel::Sku;

use crate::{
    convert::Source,
    mark::{Mark, Overtaken, PassError},
};

/// Products ready to be written, and what the file said of each, in the same order.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) products: Vec<UpsertProduct>,
    pub(crate) sources: Vec<Source>,
    /// How far the file is done with each; without a run to go on with there are none.
    pub(crate) marks: Vec<Mark>,
}

/// What became of a product.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is written.
    Written {
        /// Whether it is new.
        created: bool,
        /// SKUs that it could not have, because other variants of the store have them.
        taken_skus: Vec<Sku>,
    },
    /// It cannot be written.
    Failed(String),
}

/// Why a batch is not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BatchError {
    #[error(transparent)]
    Overtaken(#[from] Overtaken),
    #[error(transparent)]
    Internal(#[from] database::Error),
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Overtaken(#[from] Overtaken),
    #[error(transparent)]
    Upsert(#[from] UpsertError),
    #[error(transparent)]
    Stock(#[from] SetLevelsError),
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl From<PassError> for WriteError {
    fn from(error: PassError) -> Self {
        match error {
            PassError::Overtaken(error) => Self::Overtaken(error),
            PassError::Internal(error) => Self::Internal(error),
        }
    }
}

impl WriteError {
    /// The error and what caused it, for the report.
    fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    }
}

/// Writes products and tells what became of each, in their order. Fails only when the database cannot be reached or somebody
/// else goes on with the run.
pub(crate) async fn write(work: &Work, batch: &Batch, dry_run: bool) -> Result<Vec<Outcome>, BatchError> {
    let mut outcomes = Vec::with_capacity(batch.products.len());
    let mut waiting = vec![(batch.products.as_slice(), batch.sources.as_slice())];
    while let Some((products, sources)) = waiting.pop() {
        let mark = (outcomes.len() + products.len()).checked_sub(1);
        let mark = mark.and_then(|last| batch.marks.get(last)).filter(|_| !dry_run);
        match write_part(work, products, sources, mark, dry_run).await {
            Ok(written) => outcomes.extend(written.into_iter().map(|upserted| Outcome::Written {
                created: upserted.created,
                taken_skus: upserted.taken_skus,
            })),
            Err(
                WriteError::Internal(error)
                | WriteError::Upsert(UpsertError::Internal(error))
                | WriteError::Stock(SetLevelsError::Internal(error)),
            ) if error.is_unavailable() => return Err(error.into()),
            Err(WriteError::Overtaken(error)) => return Err(error.into()),
            Err(error) if products.len() <= 1 => outcomes.push(Outcome::Failed(error.chain())),
            Err(error) => {
                tracing::debug!(
                    error = error.chain(),
                    products = products.len(),
                    "a batch failed and is halved"
                );
                let half = products.len() / 2;
                let ((first, second), (first_sources, second_sources)) =
                    (products.split_at(half), sources.split_at(half));
                waiting.push((second, second_sources));
                waiting.push((first, first_sources));
            }
        }
    }
    Ok(outcomes)
}

async fn write_part(
    work: &Work,
    products: &[UpsertProduct],
    sources: &[Source],
    mark: Option<&Mark>,
    dry_run: bool,
) -> Result<Vec<Upserted>, WriteError> {
    if dry_run {
        let mut ctx = work.write();
        let written = write_products(&mut ctx, products, sources).await;
        ctx.rollback().await;
        return written;
    }
    work.transact(&(products, sources, mark), |ctx, (products, sources, mark)| {
        Box::pin(async move {
            let written = write_products(ctx, products, sources).await?;
            if let Some(mark) = mark {
                mark.pass(ctx).await?;
            }
            Ok(written)
        })
    })
    .await
}

async fn write_products(
    ctx: &mut Ctx,
    products: &[UpsertProduct],
    sources: &[Source],
) -> Result<Vec<Upserted>, WriteError> {
    let written = catalog::upsert_products(ctx, products).await?;
    let levels = sources.iter().zip(&written).flat_map(|(source, upserted)| {
        let variants = upserted.variant_ids.iter().zip(&source.stock);
        variants.filter_map(|(variant_id, stock)| {
            let level = stock.level(upserted.created)?;
            Some(SetLevel {
                variant_id: *variant_id,
                on_hand: level.on_hand,
                backorder: level.backorder,
            })
        })
    });
    let levels: Vec<SetLevel> = levels.collect();
    if !levels.is_empty() {
        inventory::set_levels(ctx, &levels).await?;
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::{ImportId, Slug};

    use super::*;
    use crate::{
        Format,
        store::{self, NewRun},
    };

    async fn position(db: &TestDatabase, id: ImportId) -> i64 {
        let position = sqlx::query_scalar("SELECT position FROM imports.runs WHERE id = $1").bind(id);
        position.fetch_one(db.work().read().sql().await.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_written_is_passed_in_the_same_transaction_or_not_at_all() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let id = ctx.new_id();
        let run = NewRun {
            id,
            format: Format::Shopify,
            file_name: "products.csv",
            dry_run: false,
            fingerprint: b"1",
            upload: None,
        };
        store::insert(&mut ctx, &run).await.unwrap();
        ctx.commit().await.unwrap();
        let mut batch = Batch::default();
        for number in 0..4_u64 {
            let slug = Slug::parse(&format!("product-{number}")).unwrap();
            batch.products.push(UpsertProduct::sample(slug));
            batch.sources.push(Source {
                line: number,
                stock: Vec::new(),
            });
            let position = 10 * (number + 1);
            batch.marks.push(Mark { id, start: 1, position });
        }
        write(&db.work(), &batch, true).await.unwrap();
        assert_eq!(position(&db, id).await, 0, "a dry run passes nothing");
        // The last stands alone and fails, so the one before it was the last to be written.
        batch.products[3].title = "PostgreSQL keeps no \0".to_owned();
        write(&db.work(), &batch, false).await.unwrap();
        assert_eq!(position(&db, id).await, 30);

        batch.products[0] = UpsertProduct::sample(Slug::parse("another").unwrap());
        batch.marks.iter_mut().for_each(|mark| mark.start = 2);
        let overtaken = write(&db.work(), &batch, false).await;
        assert!(matches!(overtaken, Err(BatchError::Overtaken(_))), "{overtaken:?}");
        assert_eq!(position(&db, id).await, 30);
        batch.marks.iter_mut().for_each(|mark| mark.start = 1);
        let outcomes = write(&db.work(), &batch, false).await.unwrap();
        let is_new = |at: usize| matches!(outcomes[at], Outcome::Written { created: true, .. });
        assert!(is_new(0) && !is_new(1), "who is overtaken writes nothing: {outcomes:?}");
    }

    #[tokio::test]
    async fn a_product_that_the_database_refuses_fails_alone() {
        let db = TestDatabase::new().await;
        let mut batch = Batch::default();
        for number in 0..40 {
            let slug = Slug::parse(&format!("product-{number}")).unwrap();
            batch.products.push(UpsertProduct::sample(slug));
            batch.sources.push(Source {
                line: number,
                stock: Vec::new(),
            });
        }
        batch.products[17].title = "PostgreSQL keeps no \0".to_owned();
        let outcomes = write(&db.work(), &batch, false).await.unwrap();
        let failed: Vec<usize> = (0..40)
            .filter(|index| matches!(outcomes[*index], Outcome::Failed(_)))
            .collect();
        assert_eq!((outcomes.len(), failed), (40, vec![17]));
        let Outcome::Failed(reason) = &outcomes[17] else {
            panic!("{:?}", outcomes[17])
        };
        assert!(reason.contains("invalid byte sequence"), "{reason}");
    }
}
