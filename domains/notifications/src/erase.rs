//! A person is forgotten: what they were told, and what they said about being told. One last mail tells them so, and is forgotten
//! itself once it is sent.

use database::{Ctx, Error, erase, worker::Failure};
use kernel::{EmailAddress, EventId, Locale, MessageId, OrderId, Person};
use uuid::Uuid;

use crate::{Content, MailKind, Mails, SendMail, SendText, mails::NewMail, pushes, store::erase as rows, texts};

/// What is sent to an account as such. Its owner gets it whether or not they proved that the address is theirs.
const ABOUT_ACCOUNTS: [MailKind; 4] = [
    MailKind::VerifyEmail,
    MailKind::AlreadyRegistered,
    MailKind::ResetPassword,
    MailKind::PasswordChanged,
];

/// Deletes mails, texts and pushes about these orders, and what was said about texts for these carts.
pub async fn erase_about(ctx: &mut Ctx, orders: &[OrderId], carts: &[Uuid]) -> Result<(), Error> {
    let mails = rows::delete_mails_about(ctx, orders).await?;
    forget_mails(ctx, &mails).await?;
    pushes::erase_pushes(ctx, orders, &[]).await?;
    texts::erase_texts(ctx, orders, carts).await
}

/// Deletes what is kept under the address of an account, as far as it is about the account.
pub async fn erase_account_mails(ctx: &mut Ctx, email: &EmailAddress) -> Result<(), Error> {
    let kinds = ABOUT_ACCOUNTS.map(MailKind::as_str);
    let mails = rows::delete_account_mails_to(ctx, email, &kinds).await?;
    forget_mails(ctx, &mails).await
}

/// Deletes everything that is kept under a person's address, and what they said about texts for all of their orders. What a
/// number itself answered stays: without it somebody who refused would be texted again.
pub async fn erase_person(ctx: &mut Ctx, person: &Person) -> Result<(), Error> {
    if let Some(customer) = person.customer {
        pushes::erase_pushes(ctx, &[], &[customer.into()]).await?;
        texts::erase_texts(ctx, &[], &[customer.into()]).await?;
    }
    let Some(email) = &person.email else { return Ok(()) };
    let mails = rows::delete_mails_to(ctx, email).await?;
    forget_mails(ctx, &mails).await?;
    let consents = rows::delete_consents(ctx, email).await?;
    erase::erase_audit(ctx, "notifications.consents", &consents).await?;
    let alerts: Vec<Uuid> = rows::delete_alerts(ctx, email)
        .await?
        .into_iter()
        .map(Uuid::from)
        .collect();
    let keys: Vec<String> = alerts.iter().map(Uuid::to_string).collect();
    erase::erase_audit(ctx, "notifications.stock_alerts", &keys).await
}

/// Writes the last mail that somebody gets: that they are forgotten.
pub async fn say_erased(mails: &Mails, ctx: &mut Ctx, to: EmailAddress, locale: Locale) -> Result<(), Failure> {
    // No event asked for it.
    let event_id = ctx.new_id::<EventId>();
    let mail = NewMail {
        to,
        locale,
        content: Content::DataErased {},
        order_id: None,
    };
    mails.queue(ctx, event_id, mail).await
}

/// Forgets last mails, sent or not.
pub(crate) async fn forget_last_mails(ctx: &mut Ctx, ids: &[MessageId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    rows::delete_mails(ctx, ids).await
}

/// Nobody sends these any more.
async fn forget_mails(ctx: &mut Ctx, mails: &[MessageId]) -> Result<(), Error> {
    let ids: Vec<String> = mails.iter().map(MessageId::to_string).collect();
    erase::delete_jobs(ctx, SendMail::KIND, "message_id", &ids).await
}

/// The same of texts, which staff may have asked for.
pub(crate) async fn forget_texts(ctx: &mut Ctx, texts: &[MessageId]) -> Result<(), Error> {
    let ids: Vec<String> = texts.iter().map(MessageId::to_string).collect();
    erase::delete_jobs(ctx, SendText::KIND, "text_id", &ids).await?;
    let keys: Vec<String> = texts.iter().map(|id| Uuid::from(*id).to_string()).collect();
    erase::erase_audit(ctx, "notifications.texts", &keys).await
}
