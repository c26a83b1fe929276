//! A person is forgotten: profile, address book, wishlist and groups at once, and the customer at last, when nothing is theirs any
//! more.

use database::{Ctx, Error, erase};
use kernel::CustomerId;
use uuid::Uuid;

use crate::store;

/// Holds a customer until the end of the transaction: nothing becomes theirs meanwhile. False: there is no such customer.
pub async fn lock(ctx: &mut Ctx, id: CustomerId) -> Result<bool, Error> {
    store::lock_customer(ctx, id).await
}

/// Empties a customer: what is left says nothing about anybody.
pub async fn erase_customer(ctx: &mut Ctx, id: CustomerId) -> Result<(), Error> {
    store::erase::blank(ctx, id).await?;
    let addresses = store::erase::delete_addresses(ctx, id).await?;
    store::erase::delete_wishlist(ctx, id).await?;
    store::erase::delete_memberships(ctx, id).await?;
    // Who was in a group once may not be any more, and the group may be gone.
    let memberships = erase::audited_keys(ctx, "customers.group_members", Uuid::from(id)).await?;
    erase::erase_audit(ctx, "customers.group_members", &memberships).await?;
    erase::erase_audit(ctx, "customers.addresses", &addresses).await?;
    erase::erase_audit(ctx, "customers.customers", &[Uuid::from(id).to_string()]).await
}

/// Deletes a customer who was emptied, and to whom nothing points.
pub async fn delete_erased(ctx: &mut Ctx, id: CustomerId) -> Result<(), Error> {
    store::erase::delete_customer(ctx, id).await
}

#[cfg(test)]
mod tests {
    use database::{audit, testing::TestDatabase};
    use kernel::{Actor, PageRequest, Permission};

    use super::*;
    use crate::{GroupTerms, create_group, delete_group, set_groups, testing::customer};

    #[tokio::test]
    async fn the_audit_log_forgets_groups_that_are_gone_too() {
        let db = TestDatabase::new().await;
        let (ann, _) = customer(&db, "ann@example.com").await;
        let (bob, _) = customer(&db, "bob@example.com").await;
        let staff = Actor::Staff {
            account: db.work().read().new_id(),
            permissions: Permission::ALL.to_vec(),
        };
        let mut ctx = db.work().acting_as(staff).write();
        let terms = GroupTerms {
            name: "Trade".to_owned(),
            note: String::new(),
        };
        let group = create_group(&mut ctx, terms).await.unwrap().id;
        set_groups(&mut ctx, ann, &[group]).await.unwrap();
        set_groups(&mut ctx, bob, &[group]).await.unwrap();
        delete_group(&mut ctx, group, None).await.unwrap();
        ctx.commit().await.unwrap();
        let mut ctx = db.work().write();
        erase_customer(&mut ctx, ann).await.unwrap();
        let filter = audit::AuditFilter {
            table: Some("customers.group_members".to_owned()),
            ..audit::AuditFilter::default()
        };
        let told = audit::list(&mut ctx, &filter, &PageRequest::first(10)).await.unwrap();
        let of = |id: CustomerId| {
            let key = Uuid::from(id).to_string();
            let own = told.items.iter().filter(move |entry| entry.row_key.starts_with(&key));
            own.map(|entry| entry.before.to_string() + &entry.after.to_string())
                .collect::<Vec<String>>()
        };
        assert_eq!(of(ann), ["{}{}", "{}{}"], "joined and left with the group");
        assert_eq!(of(bob).iter().filter(|said| *said != "{}{}").count(), 2);
    }
}
