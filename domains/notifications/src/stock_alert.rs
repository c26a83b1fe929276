//! Somebody wants to hear when a variant is back. Whoever is signed in with an address that is known to be theirs waits at
//! once; anybody else gets a mail first, whose link confirms it.

use std::collections::HashMap;

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{EmailAddress, StockAlertId, Time, VariantId};

use crate::{Choose, Topic, back_in_stock::TellWaiting, choose, events::StockAlertAsked, signed_link, store::alerts};

/// What links are signed for.
const PURPOSE: &str = "souk stock alert";
/// How many mails that ask for a confirmation an address gets a day, whoever asks for them.
const MOST_ASKED: i64 = 5;
/// How many days an alert is kept after it was told.
const KEPT_DAYS: i64 = 90;
/// For how many days a link confirms.
pub(crate) const VALID_DAYS: i64 = 7;

kernel::named! {
    /// How far an alert is.
    AlertState {
        /// Somebody has to confirm that the address is theirs.
        Asked = "asked",
        /// They are told when the variant is back.
        Waiting = "waiting",
        /// They were told.
        Told = "told",
    }
}

/// Somebody who wants to hear of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockAlert {
    /// The alert's id.
    pub id: StockAlertId,
    /// What they wait for.
    pub variant_id: VariantId,
    /// Where they are told.
    pub email: EmailAddress,
    /// The code of the language in which they asked.
    pub locale: String,
    /// How far it is.
    pub state: AlertState,
    /// When they asked last.
    pub asked_at: Time,
    /// From which address of the internet they asked, or confirmed.
    pub client: String,
    /// When they confirmed.
    pub confirmed_at: Option<Time>,
}

/// Everything that somebody asked to be told, for whoever it is.
pub async fn list_alerts_of(ctx: &mut Ctx, email: &EmailAddress) -> Result<Vec<StockAlert>, Error> {
    alerts::list_of(ctx, email).await
}

/// What somebody asks for.
#[derive(Debug, Clone, Copy)]
pub struct AskForAlert<'a> {
    /// What they wait for.
    pub variant_id: VariantId,
    /// Where they want to be told.
    pub email: &'a EmailAddress,
    /// Whether the address is known to be theirs.
    pub is_theirs: bool,
    /// From which address of the internet they ask.
    pub client: &'a str,
}

/// Why nobody waits.
#[derive(Debug, thiserror::Error)]
pub enum AskForAlertError {
    /// There is nothing to wait for.
    #[error("the variant is not for sale")]
    NotForSale,
    /// It can be bought.
    #[error("the variant is in stock")]
    InStock,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A link as it is followed.
#[derive(Debug, Clone, Copy)]
pub struct AlertLink<'l> {
    /// What links are signed with.
    pub key: &'l [u8; 32],
    /// The alert.
    pub alert_id: StockAlertId,
    /// Its signature.
    pub token: &'l str,
}

/// Where the link of an alert leads, in the store.
pub fn alert_path(key: &[u8; 32], id: StockAlertId) -> String {
    format!(
        "/stock-alerts/{id}?token={}",
        signed_link::sign(key, PURPOSE, id.into())
    )
}

/// Notes the wish. The answer is the same whether somebody waits with that address already or not.
pub async fn ask_for_alert(ctx: &mut Ctx, ask: AskForAlert<'_>) -> Result<(), AskForAlertError> {
    let variant = ask.variant_id;
    if catalog::sellable(ctx, &[variant]).await?.is_empty() {
        return Err(AskForAlertError::NotForSale);
    }
    let stock = inventory::availability(ctx, &[variant]).await?;
    if stock.get(&variant).is_some_and(|stock| stock.can_sell(1)) {
        return Err(AskForAlertError::InStock);
    }
    let since = ctx.now() - TimeDelta::days(1);
    if ask.is_theirs {
        alerts::put(ctx, ask, AlertState::Waiting, since).await?;
        wait(ctx, variant, ask.email, ask.client).await?;
        return Ok(());
    }
    // A variant is asked about once a day, so that as many variants were asked about as mails went out.
    if alerts::count_asked(ctx, ask.email, since).await? < MOST_ASKED
        && let Some(alert_id) = alerts::put(ctx, ask, AlertState::Asked, since).await?
    {
        ctx.publish(&StockAlertAsked { alert_id }).await?;
    }
    Ok(())
}

/// Who asked for what, by a genuine link that is not too old.
pub async fn find_alert(ctx: &mut Ctx, link: AlertLink<'_>) -> Result<Option<StockAlert>, Error> {
    if !signed_link::is_genuine(link.key, PURPOSE, link.alert_id.into(), link.token) {
        return Ok(None);
    }
    let oldest = ctx.now() - TimeDelta::days(VALID_DAYS);
    let alert = alerts::find(ctx, link.alert_id).await?;
    Ok(alert.filter(|alert| alert.state != AlertState::Asked || alert.asked_at > oldest))
}

/// Whoever has the link waits from now on.
pub async fn confirm_alert(ctx: &mut Ctx, link: AlertLink<'_>, client: &str) -> Result<Option<StockAlert>, Error> {
    let Some(alert) = find_alert(ctx, link).await? else {
        return Ok(None);
    };
    if alert.state == AlertState::Asked {
        alerts::confirm(ctx, alert.id, client).await?;
        wait(ctx, alert.variant_id, &alert.email, client).await?;
    }
    Ok(Some(alert))
}

/// How many wait for each variant; those for which nobody does are left out.
pub async fn count_waiting(ctx: &mut Ctx, variants: &[VariantId]) -> Result<HashMap<VariantId, i64>, Error> {
    alerts::count_waiting(ctx, variants).await
}

/// Forgets addresses that nobody confirmed in time, and those who were told long ago.
pub async fn delete_old_alerts(ctx: &mut Ctx) -> Result<(), Error> {
    let before = |days| ctx.now() - TimeDelta::days(days);
    let (asked_until, told_until) = (before(VALID_DAYS), before(KEPT_DAYS));
    alerts::delete_old(ctx, asked_until, told_until).await
}

/// Whoever asks for such a mail takes such mails. The variant may have come back while they asked, so it is looked at once
/// this is so.
async fn wait(ctx: &mut Ctx, variant: VariantId, email: &EmailAddress, client: &str) -> Result<(), Error> {
    let said = Choose {
        email,
        topic: Topic::BackInStock,
        wanted: true,
        client,
        message_id: None,
    };
    choose(ctx, said).await?;
    ctx.enqueue(TellWaiting::now(variant)?).await?;
    Ok(())
}
