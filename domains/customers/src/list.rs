//! Lists the customers of a store.

use database::{Ctx, Error};
use kernel::{CustomerGroupId, FieldError, Forbidden, Page, PageRequest, Permission, Time};
use uuid::Uuid;

use crate::{
    Customer,
    store::{self, lists::Search},
};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CustomerSort {
    /// Who came last first.
    #[default]
    Newest,
    /// Who came first first.
    Oldest,
    /// By e-mail address.
    Email,
    /// By e-mail address, backwards.
    EmailBackwards,
}

impl CustomerSort {
    /// Every order, as choices are listed.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Email, Self::EmailBackwards];

    /// The name in addresses and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Email => "email",
            Self::EmailBackwards => "email_backwards",
        }
    }

    /// The order of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// Which customers are wanted; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Only those with words in their e-mail address, name or telephone number that begin so.
    pub q: String,
    /// Only those who agreed to advertising, or only those who did not.
    pub accepts_marketing: Option<bool>,
    /// Only those in this group.
    pub group: Option<CustomerGroupId>,
    /// The order.
    pub sort: CustomerSort,
}

/// Why customers cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListCustomersError {
    /// The actor may not see customers.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The cursor is not one of this list.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// As many customers are quickly put in order. Of more, the first ones are found sooner in the order of the list.
const FEW: i64 = 2_000;

/// The last row of a page by what the list is sorted by.
pub(crate) enum After {
    Since(Time, Uuid),
    Email(String),
}

/// A page of customers.
pub async fn list(
    ctx: &mut Ctx,
    filter: &CustomerFilter,
    page: &PageRequest,
) -> Result<Page<Customer>, ListCustomersError> {
    ctx.require(Permission::ReadOrders)?;
    let after = match (&page.cursor, filter.sort) {
        (None, _) => None,
        (Some(cursor), CustomerSort::Email | CustomerSort::EmailBackwards) => Some(After::Email(cursor.decode()?)),
        (Some(cursor), CustomerSort::Newest | CustomerSort::Oldest) => {
            let (since, id) = cursor.decode()?;
            Some(After::Since(since, id))
        }
    };
    let (search, counted) = search(ctx, filter).await?;
    let rows = store::lists::list(ctx, filter, search, after, page).await?;
    let total = match counted {
        Some(counted) => counted,
        None => store::lists::count(ctx, filter, search).await?,
    };
    Ok(match filter.sort {
        CustomerSort::Email | CustomerSort::EmailBackwards => {
            Page::from_rows(rows, page, total, |row| row.email.as_str().to_owned())
        }
        CustomerSort::Newest | CustomerSort::Oldest => {
            Page::from_rows(rows, page, total, |row| (row.created_at, Uuid::from(row.id)))
        }
    })
}

/// How what was typed is to be looked for, and how many customers are found so if that is known.
async fn search(ctx: &mut Ctx, filter: &CustomerFilter) -> Result<(Search, Option<i64>), Error> {
    if filter.group.is_some() {
        return Ok((Search::Members, None));
    }
    if filter.q.trim().is_empty() {
        return Ok((Search::Everybody, None));
    }
    let found = store::lists::count(ctx, filter, Search::Beginnings).await?;
    let search = if found <= FEW {
        Search::Beginnings
    } else {
        Search::OfMany
    };
    Ok((search, Some(found)))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;
    use kernel::{Actor, Cursor};

    use super::*;
    use crate::{Profile, testing::customer, update_profile};

    #[tokio::test]
    async fn every_order_lists_everybody_once() {
        let db = TestDatabase::new().await;
        for name in ["cem", "ann", "bob"] {
            customer(&db, &format!("{name}@example.com")).await;
            db.clock().advance(TimeDelta::minutes(1));
        }
        let mut ctx = db.work().read();
        for (sort, expected) in [
            (CustomerSort::Newest, ["bob", "ann", "cem"]),
            (CustomerSort::Oldest, ["cem", "ann", "bob"]),
            (CustomerSort::Email, ["ann", "bob", "cem"]),
            (CustomerSort::EmailBackwards, ["cem", "bob", "ann"]),
        ] {
            let filter = CustomerFilter {
                sort,
                ..CustomerFilter::default()
            };
            let first = list(&mut ctx, &filter, &PageRequest::first(2)).await.unwrap();
            let rest = PageRequest::first(2).after(first.next_cursor.clone());
            let second = list(&mut ctx, &filter, &rest).await.unwrap();
            assert_eq!((first.total, second.next_cursor), (3, None));
            let told: Vec<String> = first
                .items
                .iter()
                .chain(&second.items)
                .map(|customer| customer.email.as_str().replace("@example.com", ""))
                .collect();
            assert_eq!(told, expected, "{sort:?}");
        }
        let foreign = PageRequest::first(2).after(Some(Cursor::encode(&"ann@example.com")));
        let refused = list(&mut ctx, &CustomerFilter::default(), &foreign).await;
        assert!(matches!(refused, Err(ListCustomersError::Invalid(error)) if error.field == "cursor"));
    }

    #[tokio::test]
    async fn a_group_lists_its_own_in_every_order() {
        let db = TestDatabase::new().await;
        let mut ids = Vec::new();
        for name in ["cem", "ann", "bob"] {
            ids.push(customer(&db, &format!("{name}@example.com")).await.0);
            db.clock().advance(TimeDelta::minutes(1));
        }
        let mut ctx = db.work().write();
        let terms = crate::GroupTerms {
            name: "Trade".to_owned(),
            note: String::new(),
        };
        let group = crate::create_group(&mut ctx, terms).await.unwrap().id;
        for id in &ids[..2] {
            crate::set_groups(&mut ctx, *id, &[group]).await.unwrap();
        }
        for (q, sort, expected) in [
            ("", CustomerSort::Newest, vec!["ann", "cem"]),
            ("", CustomerSort::Oldest, vec!["cem", "ann"]),
            ("", CustomerSort::Email, vec!["ann", "cem"]),
            ("", CustomerSort::EmailBackwards, vec!["cem", "ann"]),
            ("ce", CustomerSort::Newest, vec!["cem"]),
            ("bob", CustomerSort::Newest, vec![]),
        ] {
            let filter = CustomerFilter {
                q: q.to_owned(),
                sort,
                group: Some(group),
                ..CustomerFilter::default()
            };
            let page = list(&mut ctx, &filter, &PageRequest::first(5)).await.unwrap();
            let told = page
                .items
                .iter()
                .map(|customer| customer.email.as_str().replace("@example.com", ""));
            assert_eq!(told.collect::<Vec<String>>(), expected, "{q} {sort:?}");
            assert_eq!(page.total, i64::try_from(expected.len()).unwrap());
        }
    }

    #[tokio::test]
    async fn customers_are_found_by_what_is_known_of_them() {
        let db = TestDatabase::new().await;
        let (ann, as_ann) = customer(&db, "ann@example.com").await;
        customer(&db, "bob@example.com").await;
        let mut ctx = as_ann.write();
        let profile = Profile {
            first_name: "Anna".to_owned(),
            last_name: "of 100%".to_owned(),
            phone: "+1 555 0100".to_owned(),
            accepts_marketing: true,
        };
        update_profile(&mut ctx, ann, profile).await.unwrap();
        ctx.commit().await.unwrap();
        let mut ctx = db.work().read();
        for (q, accepts_marketing, found) in [
            ("ANNA", None, 1),
            ("anna of", None, 1),
            ("0100", None, 1),
            ("100%", None, 1),
            ("1%0", None, 1),
            ("nna", None, 0),
            ("%", None, 0),
            ("example.com", None, 2),
            ("", Some(true), 1),
            ("", Some(false), 1),
            ("bob", Some(true), 0),
        ] {
            let filter = CustomerFilter {
                q: q.to_owned(),
                accepts_marketing,
                ..CustomerFilter::default()
            };
            let page = list(&mut ctx, &filter, &PageRequest::first(5)).await.unwrap();
            assert_eq!(
                (page.total, page.items.len()),
                (found, usize::try_from(found).unwrap()),
                "{q}"
            );
        }
        let mut guest = db.work().acting_as(Actor::Guest).read();
        let refused = list(&mut guest, &CustomerFilter::default(), &PageRequest::first(5)).await;
        assert!(matches!(refused, Err(ListCustomersError::Forbidden(_))));
    }
}
