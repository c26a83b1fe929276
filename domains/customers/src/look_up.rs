//! Finds customers by what somebody begins to type.

use database::Ctx;
use kernel::Permission;

use crate::{Customer, ListCustomersError, store};

/// The newest customers in whose e-mail address, name and telephone number each typed word begins a word. Of a beginning that
/// very many have, some are looked at.
pub async fn look_up(ctx: &mut Ctx, typed: &str, limit: u16) -> Result<Vec<Customer>, ListCustomersError> {
    ctx.require(Permission::ReadOrders)?;
    Ok(store::lists::look_up(ctx, typed, limit).await?)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{Profile, testing::customer, update_profile};

    #[tokio::test]
    async fn each_word_begins_a_word_of_a_customer() {
        let db = TestDatabase::new().await;
        let (ann, as_ann) = customer(&db, "ann@example.com").await;
        customer(&db, "bob@example.com").await;
        let mut ctx = as_ann.write();
        let profile = Profile {
            first_name: "Anaïs".to_owned(),
            last_name: format!("O'Neil {}", "y".repeat(80)),
            phone: "+1 555 0100".to_owned(),
            accepts_marketing: false,
        };
        update_profile(&mut ctx, ann, profile).await.unwrap();
        ctx.commit().await.unwrap();
        let mut ctx = db.work().read();
        for (typed, found) in [
            ("bob@example.com", 1),
            ("EXAM", 2),
            ("nei ana", 1),
            ("555 01", 1),
            ("nn", 0),
            ("lee bob", 1),
            ("neil lee", 0),
            ("'&!:*", 0),
            ("", 0),
        ] {
            assert_eq!(look_up(&mut ctx, typed, 5).await.unwrap().len(), found, "{typed}");
        }
        assert_eq!(look_up(&mut ctx, "exam", 1).await.unwrap().len(), 1);
        let mut guest = db.work().acting_as(Actor::Guest).read();
        assert!(matches!(
            look_up(&mut guest, "ann", 5).await,
            Err(ListCustomersError::Forbidden(_))
        ));
    }

    #[tokio::test]
    async fn words_of_every_length_are_found_by_their_beginnings() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().read();
        for letters in [1, 249, 250, 251, 499, 500, 501] {
            let long = "y".repeat(letters);
            for written in [long.clone(), format!("{long} ann"), format!("ann@{long}. {long}!")] {
                let sql = "SELECT platform.words($1) @@ platform.beginnings($2)";
                let query = sqlx::query_scalar(sql).bind(&written).bind(&long);
                let found: bool = query.fetch_one(ctx.sql().await.unwrap()).await.unwrap();
                assert!(found, "{letters}: {written}");
            }
        }
    }
}
