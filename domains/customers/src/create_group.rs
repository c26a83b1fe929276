//! Staff make a group of customers.

use database::{Ctx, Error};
use kernel::{Forbidden, Invalid, Permission};

use crate::{Group, GroupTerms, store};

/// Why a group is not made, changed or taken away, or who is in it stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The actor may not see or change groups.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such group, or no such customer.
    #[error("there is no such group of customers")]
    NotFound,
    /// Somebody else changed it since.
    #[error("the group was changed since and has version {current} now")]
    VersionConflict {
        /// The version it has now.
        current: i64,
    },
    /// Another group is called so.
    #[error("another group has this name")]
    NameTaken,
    /// A price list is for it.
    #[error("a price list is for this group")]
    InUse,
    /// What was given cannot be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Makes the group, with nobody in it.
pub async fn create_group(ctx: &mut Ctx, terms: GroupTerms) -> Result<Group, GroupError> {
    ctx.require(Permission::WriteCoupons)?;
    let terms = terms.checked()?;
    let id = store::groups::insert(ctx, &terms).await?;
    store::groups::find(ctx, id).await?.ok_or(GroupError::NotFound)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{
        UpdateGroup, delete_group, find, find_group, find_shopper, groups_of, list_group_names, list_groups,
        set_groups, testing::customer, update_group,
    };

    fn terms(name: &str) -> GroupTerms {
        GroupTerms {
            name: name.to_owned(),
            note: String::new(),
        }
    }

    #[tokio::test]
    async fn a_group_has_a_name_of_its_own_in_any_case() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let trade = create_group(&mut ctx, terms(" Trade ")).await.unwrap();
        assert_eq!((trade.name.as_str(), trade.member_count), ("Trade", 0));
        ctx.commit().await.unwrap();
        let mut ctx = db.work().write();
        let taken = create_group(&mut ctx, terms("TRADE")).await;
        assert!(matches!(taken, Err(GroupError::NameTaken)));
        ctx.rollback().await;
        let mut ctx = db.work().write();
        let nameless = create_group(&mut ctx, terms(" ")).await;
        assert!(matches!(nameless, Err(GroupError::Invalid(invalid)) if invalid.0[0].field == "name"));
        let change = UpdateGroup {
            id: trade.id,
            expected_version: Some(trade.version),
            terms: terms("Wholesale"),
        };
        let renamed = update_group(&mut ctx, change.clone()).await.unwrap();
        assert_eq!((renamed.name.as_str(), renamed.version), ("Wholesale", 2));
        let stale = update_group(&mut ctx, change).await;
        assert!(matches!(stale, Err(GroupError::VersionConflict { current: 2 })));
        delete_group(&mut ctx, trade.id, Some(2)).await.unwrap();
        assert!(matches!(
            delete_group(&mut ctx, trade.id, None).await,
            Err(GroupError::NotFound)
        ));
    }

    #[tokio::test]
    async fn customers_come_into_groups_and_leave_them() {
        let db = TestDatabase::new().await;
        let (ann, _) = customer(&db, "ann@example.com").await;
        let (bob, _) = customer(&db, "bob@example.com").await;
        let mut ctx = db.work().write();
        let [trade, press] = [
            create_group(&mut ctx, terms("Trade")).await.unwrap().id,
            create_group(&mut ctx, terms("Press")).await.unwrap().id,
        ];
        set_groups(&mut ctx, ann, &[trade, press, trade]).await.unwrap();
        set_groups(&mut ctx, bob, &[trade]).await.unwrap();
        let told: Vec<_> = list_groups(&mut ctx).await.unwrap();
        let told: Vec<_> = told
            .iter()
            .map(|group| (group.name.as_str(), group.member_count))
            .collect();
        assert_eq!(told, [("Press", 1), ("Trade", 2)]);
        let names = list_group_names(&mut ctx).await.unwrap();
        let names: Vec<_> = names.iter().map(|group| (group.id, group.name.as_str())).collect();
        assert_eq!(names, [(press, "Press"), (trade, "Trade")]);
        let of_ann = groups_of(&mut ctx, &[ann]).await.unwrap().remove(&ann).unwrap();
        let names: Vec<_> = of_ann.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["Press", "Trade"]);
        let account = find(&mut ctx, ann).await.unwrap().unwrap().account_id;
        let shopper = find_shopper(&mut ctx, account).await.unwrap().unwrap();
        assert_eq!((shopper.id, shopper.is_in_group), (ann, true));
        set_groups(&mut ctx, ann, &[]).await.unwrap();
        assert!(!find_shopper(&mut ctx, account).await.unwrap().unwrap().is_in_group);
        set_groups(&mut ctx, ann, &[press]).await.unwrap();
        assert_eq!(find_group(&mut ctx, trade).await.unwrap().unwrap().member_count, 1);
        let nobody = ctx.new_id();
        let unknown = set_groups(&mut ctx, ann, &[nobody]).await;
        assert!(matches!(unknown, Err(GroupError::Invalid(invalid)) if invalid.0[0].code == "no_such_group"));
    }

    #[tokio::test]
    async fn nobody_is_in_more_than_twenty_groups() {
        let db = TestDatabase::new().await;
        let (ann, _) = customer(&db, "ann@example.com").await;
        let mut ctx = db.work().write();
        let mut groups = Vec::new();
        for number in 0..=crate::MOST_GROUPS {
            groups.push(
                create_group(&mut ctx, terms(&format!("Group {number}")))
                    .await
                    .unwrap()
                    .id,
            );
        }
        let most = &groups[1..];
        let all = set_groups(&mut ctx, ann, &groups).await;
        assert!(matches!(all, Err(GroupError::Invalid(invalid)) if invalid.0[0].code == "too_many"));
        set_groups(&mut ctx, ann, most).await.unwrap();
        assert_eq!(
            groups_of(&mut ctx, &[ann]).await.unwrap()[&ann].len(),
            crate::MOST_GROUPS
        );
    }

    #[tokio::test]
    async fn shoppers_make_no_groups() {
        let db = TestDatabase::new().await;
        let (ann, as_ann) = customer(&db, "ann@example.com").await;
        for work in [as_ann, db.work().acting_as(Actor::Guest)] {
            let mut ctx = work.write();
            assert!(matches!(
                create_group(&mut ctx, terms("Mine")).await,
                Err(GroupError::Forbidden(_))
            ));
            assert!(matches!(
                set_groups(&mut ctx, ann, &[]).await,
                Err(GroupError::Forbidden(_))
            ));
            assert!(matches!(list_groups(&mut ctx).await, Err(GroupError::Forbidden(_))));
        }
    }
}
