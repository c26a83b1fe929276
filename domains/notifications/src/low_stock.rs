//! What is low, each morning, by mail to the members of staff who want to read it.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{NaiveDate, Timelike as _};
use database::{
    Ctx, Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use kernel::{AccountId, Actor, Forbidden, Permission, VariantId};
use serde::{Deserialize, Serialize};

use crate::{Content, LevelText, Mails, account_mails::language, mails::NewMail, store::low_stock};

/// From which hour of the store's day on it is morning.
pub(crate) const MORNING: u32 = 7;
/// How many levels a mail tells at most; the desk shows all of them.
const MOST_TOLD: u16 = 50;

#[derive(Serialize, Deserialize)]
struct Payload {
    account_id: AccountId,
    locale: String,
    day: NaiveDate,
}

/// Why somebody cannot ask for the mail.
#[derive(Debug, thiserror::Error)]
pub enum AskForLowStockError {
    /// The actor is no member of staff who may see the catalogue.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The acting member of staff wants to read each morning what is low, or does not any more.
pub async fn ask_for_low_stock(ctx: &mut Ctx, wanted: bool) -> Result<(), AskForLowStockError> {
    let account_id = reader(ctx)?;
    if wanted {
        low_stock::insert(ctx, account_id).await?;
    } else {
        low_stock::delete(ctx, account_id).await?;
    }
    Ok(())
}

/// Whether the acting member of staff reads it.
pub async fn reads_low_stock(ctx: &mut Ctx) -> Result<bool, Error> {
    match reader(ctx) {
        Ok(account_id) => low_stock::is_reader(ctx, account_id).await,
        Err(_nobody_who_could) => Ok(false),
    }
}

fn reader(ctx: &Ctx) -> Result<AccountId, Forbidden> {
    let permission = Permission::ReadCatalog;
    ctx.require(permission)?;
    match ctx.actor() {
        Actor::Staff { account, .. } => Ok(*account),
        _ => Err(Forbidden { permission }),
    }
}

/// Has everybody told who was not told today; nobody before it is morning in the store.
pub async fn start_low_stock(ctx: &mut Ctx) -> Result<(), Error> {
    let local = ctx.store().time_zone.local(ctx.now());
    if local.hour() < MORNING {
        return Ok(());
    }
    let day = local.date();
    for (account_id, locale) in low_stock::take_due(ctx, day).await? {
        let payload = Payload {
            account_id,
            locale,
            day,
        };
        ctx.enqueue(NewJob::new(TellLowStock::KIND, &payload)?).await?;
    }
    Ok(())
}

/// Writes what is low to one member of staff.
pub struct TellLowStock {
    mails: Arc<Mails>,
}

impl TellLowStock {
    /// The kind of job it handles.
    pub const KIND: &'static str = "tell_low_stock";

    /// Tells with those mails.
    pub fn new(mails: Arc<Mails>) -> Self {
        Self { mails }
    }
}

#[async_trait]
impl Handler for TellLowStock {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let mut ctx = work.write();
        // Whoever left, or may not see the catalogue any more, is told nothing.
        let readers = identity::list_staff_who_may(&mut ctx, Permission::ReadCatalog).await?;
        let reader = readers.into_iter().find(|(id, _)| *id == payload.account_id);
        if let Some((_, to)) = reader
            && let Some(content) = what_is_low(&self.mails, &mut ctx, &payload).await?
        {
            let mail = NewMail {
                to,
                locale: language(&ctx, &payload.locale),
                content,
                order_id: None,
            };
            // A job that runs again writes no second mail.
            self.mails
                .queue(&mut ctx, uuid::Uuid::from(job.id).into(), mail)
                .await?;
        }
        ctx.commit().await?;
        Ok(())
    }
}

/// Nothing when nothing is low.
async fn what_is_low(mails: &Mails, ctx: &mut Ctx, payload: &Payload) -> Result<Option<Content>, Failure> {
    let lowest = inventory::list_lowest(ctx, MOST_TOLD).await;
    let lowest = lowest.map_err(|error| Failure::Retry(error.to_string()))?;
    if lowest.is_empty() {
        return Ok(None);
    }
    let count = inventory::count_low(ctx).await?;
    let ids: Vec<VariantId> = lowest.iter().map(|level| level.variant_id).collect();
    let names = catalog::variant_names(ctx, &ids).await?;
    let mut levels: Vec<LevelText> = Vec::new();
    for level in lowest {
        let name = names.iter().find(|name| name.id == level.variant_id);
        levels.push(LevelText {
            product: name.map(|name| name.product_title.clone()).unwrap_or_default(),
            variant: name.map(|name| name.variant_title.clone()).unwrap_or_default(),
            sku: name.and_then(|name| name.sku.clone()).unwrap_or_default(),
            free: level.free(),
            reorder_point: level.reorder_point.unwrap_or_default(),
            reorder_quantity: level.reorder_quantity,
            incoming: level.incoming,
            location: level.location_name,
        });
    }
    // What is nearest to being sold out comes first.
    levels.sort_by(|one, other| {
        (one.free, &one.product, &one.variant).cmp(&(other.free, &other.product, &other.variant))
    });
    let told = i64::try_from(levels.len()).unwrap_or(i64::MAX);
    Ok(Some(Content::LowStock {
        more: count.saturating_sub(told).max(0),
        day: language(ctx, &payload.locale).format_date(payload.day),
        count,
        levels,
        link: mails.link(ctx.store(), "/admin/stock?state=low"),
        choice_link: mails.link(ctx.store(), "/admin/stock#low-stock-mail"),
    }))
}
