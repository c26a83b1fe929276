//! All of catalog's SQL: one file for each subject, plus what they share.

pub(crate) mod addresses;
pub(crate) mod attachments;
pub(crate) mod attributes;
pub(crate) mod categories;
pub(crate) mod collections;
pub(crate) mod describe;
pub(crate) mod extras;
pub(crate) mod facets;
pub(crate) mod labels;
pub(crate) mod list_offers;
pub(crate) mod list_prices;
pub(crate) mod lists;
pub(crate) mod making;
pub(crate) mod names;
mod offers;
pub(crate) mod old_slugs;
pub(crate) mod placed_categories;
pub(crate) mod popularity;
pub(crate) mod price_changes;
pub(crate) mod price_lists;
pub(crate) mod products;
pub(crate) mod ratings;
pub(crate) mod recognise;
pub(crate) mod refresh;
pub(crate) mod related;
pub(crate) mod rows;
pub(crate) mod sellable;
pub(crate) mod summary;
pub(crate) mod terms;
pub(crate) mod turns;
pub(crate) mod upsert;
pub(crate) mod upsert_products;
pub(crate) mod variant_order;
pub(crate) mod variants;
pub(crate) mod whole;

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        let db = TestDatabase::new().await;
        for statements in [
            super::addresses::STATEMENTS,
            super::attachments::STATEMENTS,
            super::attributes::STATEMENTS,
            super::categories::STATEMENTS,
            super::collections::STATEMENTS,
            super::list_offers::STATEMENTS,
            super::list_prices::STATEMENTS,
            super::names::STATEMENTS,
            super::price_lists::STATEMENTS,
            super::labels::STATEMENTS,
            super::making::STATEMENTS,
            super::describe::STATEMENTS,
            super::extras::STATEMENTS,
            super::old_slugs::STATEMENTS,
            super::placed_categories::STATEMENTS,
            super::popularity::STATEMENTS,
            super::price_changes::STATEMENTS,
            super::products::STATEMENTS,
            super::ratings::STATEMENTS,
            super::recognise::STATEMENTS,
            super::refresh::STATEMENTS,
            super::related::STATEMENTS,
            super::sellable::STATEMENTS,
            super::terms::STATEMENTS,
            super::turns::STATEMENTS,
            super::upsert::STATEMENTS,
            super::variant_order::STATEMENTS,
            super::variants::STATEMENTS,
            super::whole::STATEMENTS,
        ] {
            database::testing::prepare_all(&db, statements).await;
        }
    }
}
