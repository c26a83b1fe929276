//! All of content's SQL: one file for each subject.

pub(crate) mod announcements;
pub(crate) mod homes;
pub(crate) mod menus;
pub(crate) mod pages;

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        let db = TestDatabase::new().await;
        for statements in [
            super::announcements::STATEMENTS,
            super::homes::STATEMENTS,
            super::menus::STATEMENTS,
            super::pages::STATEMENTS,
        ] {
            database::testing::prepare_all(&db, statements).await;
        }
    }
}
