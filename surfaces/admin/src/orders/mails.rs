//! The mails about an order, which can go out again.

use kernel::{MessageId, OrderId, Permission};
use notifications::ResendError;
use web::{Answer, Done, OnceForm, Path, Problem, Staff, Visitor, can};

use super::Nothing;
use crate::mail::{MessageRow, resend_problem};

/// The mails that were written about the order.
pub(crate) async fn of(visitor: &Visitor, ctx: &mut database::Ctx, order: OrderId) -> Result<Vec<MessageRow>, Problem> {
    if ctx.require(Permission::ReadOrders).is_err() {
        return Ok(Vec::new());
    }
    let messages = notifications::messages_about(ctx, order)
        .await
        .map_err(resend_problem)?;
    Ok(messages
        .into_iter()
        .map(|message| MessageRow::new(visitor, message))
        .collect())
}

pub(crate) async fn resend(
    staff: Staff<can::FulfilOrders>,
    Path((order, message)): Path<(OrderId, MessageId)>,
    OnceForm {
        form: Nothing {},
        request,
    }: OnceForm<Nothing>,
) -> Answer {
    let sent = web::write_form(&staff, &request, async |ctx| {
        notifications::resend_about(ctx, order, message).await?;
        Ok::<_, ResendError>(Done::to(format!("/admin/orders/{order}")).saying("admin-flash-mail-resent"))
    });
    sent.await?.map_err(resend_problem)
}
