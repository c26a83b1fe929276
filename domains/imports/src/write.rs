//! Writes a batch of products in one transaction, or in as many as it takes for a product that cannot be written to fail alone.

use catalog::{FormerName, TakenSku, UpsertProduct, Upserted};
use database::{Ctx, Work};
use inventory::SetLevel;
use kernel::Slug;

use crate::{
    convert::Source,
    halving::{Halving, in_transaction},
    mark::Mark,
    write_error::WriteError,
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
        /// What it was in the store, when its SKUs found it under another handle.
        renamed: Option<String>,
        /// Which handle it keeps in the store, when one it had before found it.
        kept_handle: Option<String>,
        /// What its SKUs came to that the file does not say.
        warnings: Vec<String>,
    },
    /// It cannot be written.
    Failed(String),
}

/// Writes products and tells what became of each, in their order. Fails only when the database cannot be reached or somebody
/// else goes on with the run.
pub(crate) async fn write(work: &Work, batch: &Batch, dry_run: bool) -> Result<Vec<Outcome>, WriteError> {
    let mut halving = Halving::of(batch.products.len());
    while let Some(part) = halving.next() {
        let products = batch.products.get(part.clone()).unwrap_or_default();
        let sources = batch.sources.get(part.clone()).unwrap_or_default();
        let mark = part.end.checked_sub(1).and_then(|last| batch.marks.get(last));
        let mark = mark.filter(|_| !dry_run);
        let input = (products, sources, mark);
        let written = in_transaction(work, dry_run, &input, |ctx, (products, sources, mark)| {
            Box::pin(write_products(ctx, products, sources, *mark))
        });
        halving.settle(part, written.await, |error| Outcome::Failed(error.reason()))?;
    }
    Ok(halving.outcomes())
}

async fn write_products(
    ctx: &mut Ctx,
    products: &[UpsertProduct],
    sources: &[Source],
    mark: Option<&Mark>,
) -> Result<Vec<Outcome>, WriteError> {
    let written: Vec<Upserted> = catalog::upsert_products(ctx, products).await?;
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
    if let Some(mark) = mark {
        mark.pass(ctx).await?;
    }
    let outcomes = written.iter().map(|upserted| Outcome::Written {
        created: upserted.created,
        renamed: upserted.formerly.as_ref().map(renamed),
        kept_handle: upserted.kept_slug.as_ref().map(kept_handle),
        warnings: warnings(upserted),
    });
    Ok(outcomes.collect())
}

/// The product that its SKUs found.
fn renamed(former: &FormerName) -> String {
    let FormerName { slug, title } = former;
    format!(
        "by its SKUs it is the product {title:?} with the handle {slug}; that one is changed, and redirects to the new \
         handle"
    )
}

/// The product that a handle it had before found.
fn kept_handle(slug: &Slug) -> String {
    format!("a product of the store had this handle before; that one is changed, and keeps its handle {slug}")
}

/// The SKUs that it could not have because other variants of the store do.
fn warnings(upserted: &Upserted) -> Vec<String> {
    let taken = upserted.taken_skus.iter().map(|TakenSku { sku, kept }| match kept {
        None => format!("another variant of the store has the SKU {sku}; this one is kept without it"),
        Some(kept) => format!("another variant of the store has the SKU {sku}; this one keeps its SKU {kept}"),
    });
    taken.collect()
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::ImportId;

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
        assert!(matches!(overtaken, Err(WriteError::Overtaken(_))), "{overtaken:?}");
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
