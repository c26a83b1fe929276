//! Makes both demo stores, once.
//!
//! Each store is written in one transaction, so a start that was killed leaves nothing behind but stored pictures, and the
//! next one begins anew. A store that has its first member of staff is complete and stays as it is.

mod accounts;
mod catalogue;
mod history;
mod pages;
mod reviews;
mod settings;
mod trade;

use std::io;

pub use accounts::{ADMIN_EMAIL, CUSTOMER_PASSWORD};
use database::{Ctx, Database, Scope, Work, stores::NewStore};
use identity::PasswordHash;
use kernel::{AttemptId, CountryCode, Currency, CustomerId, EmailAddress, Locale, Money, TaxRounding, TimeZone};
use media::Blobs;
use payments::KeptMethod;

use crate::content::{Content, ContentError};

/// The secret that the merchant's password is made from.
const ADMIN_SECRET: &str = "demo_admin";

/// How to get into the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoLogins {
    /// The stores, the English one first.
    pub stores: Vec<DemoStore>,
    /// The first member of staff of each store.
    pub admin_email: String,
    /// The password they start with. It stays the same for this installation; a changed one is not known here.
    pub admin_password: String,
}

/// A demo store and its shopper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoStore {
    /// What the shop is called.
    pub name: String,
    /// The host name that leads to it.
    pub host: String,
    /// A shopper with an account, an address and orders.
    pub customer_email: String,
    /// Their password.
    pub customer_password: String,
    /// Whether the store was made just now.
    pub created: bool,
}

/// Remembers at the gateway what it is said to have taken, so that it can give it back.
pub type RememberCaptures<'a> = &'a (dyn Fn(&[(AttemptId, Money)]) -> io::Result<()> + Send + Sync);

/// Makes the gateway keep a card for a customer, and answers it with the gateway's name for the customer.
pub type RememberCard<'a> = &'a (dyn Fn(CustomerId) -> io::Result<(KeptMethod, String)> + Send + Sync);

/// What the gateway is to remember though it never happened.
#[derive(Clone, Copy)]
pub struct Remember<'a> {
    /// The payments of the history.
    pub captures: RememberCaptures<'a>,
    /// The shopper's saved card.
    pub card: RememberCard<'a>,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A file of the catalogue is not usable.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// Somebody has an account with the shopper's address.
    #[error("{0} has an account already")]
    Taken(EmailAddress),
    /// A domain refused what it was given.
    #[error("a part of the demo was refused")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The gateway could not remember the payments.
    #[error("the payments of the demo could not be remembered")]
    Remember(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl SeedError {
    fn refused(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Refused(Box::new(error))
    }
}

/// Makes the demo stores that are not there yet, and tells how to get in.
pub async fn seed(database: &Database, blobs: &dyn Blobs, remember: Remember<'_>) -> Result<DemoLogins, SeedError> {
    let admin_password = accounts::admin_password(database.secret(ADMIN_SECRET).await?);
    let mut stores = Vec::new();
    for content in [Content::souk()?, Content::toko()?] {
        let hosts: Vec<&str> = content.store.hosts.iter().map(String::as_str).collect();
        let store = database
            .ensure_store(&new_store(&content)?, &hosts)
            .await
            .map_err(SeedError::refused)?;
        let work = Work::new(database.clone(), Scope::system(store));
        let complete = is_complete(&work).await?;
        if !complete {
            fill(&work, blobs, &content, &admin_password, remember).await?;
        }
        stores.push(DemoStore {
            name: content.store.name,
            host: content.store.hosts.into_iter().next().unwrap_or_default(),
            customer_email: content.store.customer,
            customer_password: CUSTOMER_PASSWORD.to_owned(),
            created: !complete,
        });
    }
    Ok(DemoLogins {
        stores,
        admin_email: ADMIN_EMAIL.to_owned(),
        admin_password,
    })
}

async fn is_complete(work: &Work) -> Result<bool, SeedError> {
    let mut ctx = work.read();
    Ok(identity::find_account(&mut ctx, &accounts::admin_email()?)
        .await?
        .is_some())
}

async fn fill(
    work: &Work,
    blobs: &dyn Blobs,
    content: &Content,
    admin_password: &str,
    remember: Remember<'_>,
) -> Result<(), SeedError> {
    let shoppers = content.shoppers()?;
    let shopper = shoppers.first().ok_or_else(|| ContentError::Unknown {
        owner: content.store.slug.clone(),
        name: "shoppers".to_owned(),
    })?;
    let staff = accounts::hash(work, admin_password, &accounts::admin_email()?).await?;
    let password = accounts::hash(work, CUSTOMER_PASSWORD, &shopper.email).await?;
    let drawn = catalogue::draw(work, blobs, content).await?;

    let mut ctx = work.write();
    settings::collect_tax(&mut ctx, content).await?;
    settings::ship(&mut ctx, content).await?;
    let stocked = catalogue::stock(&mut ctx, content, &drawn).await?;
    let published = feeds::Settings {
        google: true,
        meta: true,
    };
    feeds::change_settings(&mut ctx, published)
        .await
        .map_err(SeedError::refused)?;
    pages::write(&mut ctx, content, &stocked.collections).await?;
    settings::give_coupons(&mut ctx, content, &stocked.collections).await?;
    let customer = accounts::welcome(&mut ctx, shopper, password.clone()).await?;
    trade::welcome(&mut ctx, shopper, password, &stocked.products).await?;
    let taken = history::write(&mut ctx, content, &stocked.products, customer).await?;
    accounts::save_card(&mut ctx, customer, remember.card).await?;
    reviews::write(&mut ctx, content).await?;
    finish(ctx, staff, &taken, remember).await
}

/// The gateway hears of the payments first: knowing of some that were never made does no harm.
async fn finish(
    mut ctx: Ctx,
    staff: PasswordHash,
    taken: &[(AttemptId, Money)],
    remember: Remember<'_>,
) -> Result<(), SeedError> {
    accounts::hire(&mut ctx, staff).await?;
    (remember.captures)(taken)?;
    Ok(ctx.commit().await?)
}

fn new_store(content: &Content) -> Result<NewStore, ContentError> {
    let store = &content.store;
    let wrong = |error| ContentError::value(&store.slug, error);
    Ok(NewStore {
        slug: store.slug.clone(),
        name: store.name.clone(),
        currency: Currency::parse(&store.currency).map_err(wrong)?,
        locale: if store.locale == "id" { Locale::ID } else { Locale::EN },
        prices_include_tax: store.prices_include_tax,
        tax_rounding: TaxRounding::Line,
        country: CountryCode::parse(&store.country).map_err(wrong)?,
        email: EmailAddress::parse(&store.email).map_err(wrong)?,
        time_zone: TimeZone::parse(&store.time_zone).map_err(wrong)?,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use database::testing::TestDatabase;
    use kernel::PageRequest;
    use media::MemoryBlobs;
    use orders::{OrderFilter, OrderStatus};

    use super::*;

    #[tokio::test]
    async fn both_stores_are_made_once_and_hold_together() {
        let db = TestDatabase::new().await;
        let blobs = MemoryBlobs::default();
        let remembered = Mutex::new(0);
        let remember = |taken: &[(AttemptId, Money)]| {
            *remembered.lock().unwrap() += taken.len();
            Ok(())
        };
        let card = |customer: CustomerId| {
            let kept = KeptMethod {
                reference: format!("card of {customer}"),
                fingerprint: "visa 4242".to_owned(),
                card: payments::CardLabel::new("visa", "4242").unwrap(),
                expires: payments::Expiry::new(2040, 12).unwrap(),
            };
            Ok((kept, customer.to_string()))
        };
        let remember = Remember {
            captures: &remember,
            card: &card,
        };
        let logins = seed(db.database(), &blobs, remember).await.unwrap();
        assert!(logins.stores.iter().all(|store| store.created));
        let taken = *remembered.lock().unwrap();
        assert!(taken > 250, "{taken}");

        let again = seed(db.database(), &blobs, remember).await.unwrap();
        assert!(again.stores.iter().all(|store| !store.created));
        assert_eq!(
            (again.admin_password, *remembered.lock().unwrap()),
            (logins.admin_password, taken)
        );

        for (slug, expected) in [("souk", 300), ("toko", 48)] {
            let store = db.database().find_store(slug).await.unwrap().unwrap();
            let mut ctx = Work::new(db.database().clone(), Scope::system(store)).read();
            let mut wrong = orders::check(&mut ctx).await.unwrap();
            wrong.extend(payments::check(&mut ctx).await.unwrap());
            wrong.extend(inventory::check(&mut ctx).await.unwrap());
            wrong.extend(ledger::check(&mut ctx).await.unwrap());
            wrong.extend(pricing::check(&mut ctx).await.unwrap());
            wrong.extend(::reviews::check(&mut ctx).await.unwrap());
            assert_eq!(wrong, Vec::<String>::new(), "{slug}");
            let mut counts = Vec::new();
            for status in OrderStatus::ALL {
                let filter = OrderFilter {
                    status: Some(*status),
                    ..OrderFilter::default()
                };
                let page = orders::list(&mut ctx, &filter, &PageRequest::first(1)).await.unwrap();
                counts.push(page.total);
            }
            assert_eq!(counts.iter().sum::<i64>(), expected, "{slug}: {counts:?}");
        }
    }
}
