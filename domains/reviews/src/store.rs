//! All SQL of reviews: one file for each subject, plus what they share.

pub(crate) mod decisions;
pub(crate) mod erase;
pub(crate) mod lists;
pub(crate) mod own;
pub(crate) mod rows;
pub(crate) mod settings;
pub(crate) mod votes;
pub(crate) mod writes;

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        let db = TestDatabase::new().await;
        for statements in [
            super::decisions::STATEMENTS,
            super::erase::STATEMENTS,
            super::lists::STATEMENTS,
            super::own::STATEMENTS,
            super::settings::STATEMENTS,
            super::votes::STATEMENTS,
            super::writes::STATEMENTS,
        ] {
            prepare_all(&db, statements).await;
        }
    }
}
