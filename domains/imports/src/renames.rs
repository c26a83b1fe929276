//! Finds products of the store whose handles are others in the file, by their SKUs.

use catalog::Formerly;
use database::Work;

use crate::{Format, ImportError, census::Census, source::Source, write::Batch};

/// What is looked up and read for it during a run, as little as it takes.
#[derive(Debug)]
pub(crate) struct Renames {
    source: Source,
    format: Format,
    /// Whether the store had products before the first batch, once that is known.
    is_stocked: Option<bool>,
    /// What the whole file says, once that is wanted.
    census: Option<Census>,
}

impl Renames {
    /// Nothing is known yet.
    pub(crate) fn in_file(source: Source, format: Format) -> Self {
        Self {
            source,
            format,
            is_stocked: None,
            census: None,
        }
    }

    /// Says of each product that the store has under another handle which that is. The file is read once more when the first of
    /// its products has the SKUs of one with another handle; something may be imported by then.
    pub(crate) async fn find(&mut self, work: &Work, batch: &mut Batch) -> Result<(), ImportError> {
        if self.is_stocked == Some(false) {
            return Ok(());
        }
        let mut ctx = work.read();
        let is_stocked = match self.is_stocked {
            Some(known) => known,
            None => catalog::has_products(&mut ctx).await?,
        };
        self.is_stocked = Some(is_stocked);
        let recognised = if is_stocked {
            catalog::recognise_products(&mut ctx, &batch.products).await?
        } else {
            Vec::new()
        };
        ctx.rollback().await;
        if recognised.is_empty() {
            return Ok(());
        }
        let census = match self.census.take() {
            Some(census) => census,
            None => {
                let store = work.store();
                Census::of_source(self.source.clone(), self.format, store.currency, store.time_zone)
                    .await
                    .map_err(ImportError::ReadAgain)?
            }
        };
        for one in recognised {
            if let Some(product) = batch.products.get_mut(one.index)
                && census.is_alone(product, &one)
            {
                product.formerly = Some(Formerly {
                    product_id: one.product_id,
                    slug: one.slug,
                });
            }
        }
        self.census = Some(census);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use catalog::{UpsertProduct, UpsertVariant};
    use database::testing::TestDatabase;
    use kernel::{Sku, Slug};

    use super::*;
    use crate::Refusal;

    fn opened(text: &str) -> (tempfile::NamedTempFile, Source) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let source = crate::open::source(file.path(), Format::Jsonl).unwrap();
        (file, source)
    }

    fn batch(handle: &str, sku: &str) -> Batch {
        let variant = UpsertVariant {
            sku: Some(Sku::parse(sku).unwrap()),
            ..UpsertVariant::sample()
        };
        let product = UpsertProduct {
            variants: vec![variant],
            ..UpsertProduct::sample(Slug::parse(handle).unwrap())
        };
        Batch {
            products: vec![product],
            ..Batch::default()
        }
    }

    #[tokio::test]
    async fn no_more_is_looked_up_and_read_than_it_takes() {
        let db = TestDatabase::new().await;
        let work = db.work();
        let (file, source) = opened("{\"handle\":\"clogs\",\"title\":\"Clogs\",\"sku\":\"B\"}\n");
        // Whoever reads it learns that it is empty.
        file.as_file().set_len(0).unwrap();
        let count = || db.database().statement_count();
        let mut empty = Renames::in_file(source.clone(), Format::Jsonl);
        let before = count();
        for _ in 0..3 {
            empty.find(&work, &mut batch("boots", "B")).await.unwrap();
        }
        assert_eq!(count() - before, 1, "a store without products has none to find");
        let mut ctx = work.write();
        catalog::upsert_products(&mut ctx, &batch("boots", "B").products)
            .await
            .unwrap();
        ctx.commit().await.unwrap();

        let mut stocked = Renames::in_file(source, Format::Jsonl);
        let before = count();
        for known in [batch("boots", "B"), batch("clogs", "C"), Batch::default()] {
            let mut same = Batch {
                products: known.products.clone(),
                ..Batch::default()
            };
            stocked.find(&work, &mut same).await.unwrap();
            assert_eq!(same.products, known.products);
        }
        assert_eq!(count() - before, 3, "one for each batch with SKUs, and one at first");
        let read = stocked.find(&work, &mut batch("clogs", "B")).await;
        assert!(matches!(read, Err(ImportError::ReadAgain(Refusal::Empty))), "{read:?}");
    }
}
