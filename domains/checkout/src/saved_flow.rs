//! Cards that gateways keep for customers: introducing the customer, learning what was kept, and having it forgotten. A
//! payment never waits for any of it longer than for the gateway itself, and never fails by it.

use database::Work;
use kernel::{AttemptId, CustomerId, PaymentMethodId};
use payments::{ChangeMethodError, CustomerRequest, Gateway, GatewayCustomer, Gateways, PaymentMethod};

use crate::answer::answer;

/// Removes a saved card: from here on nobody pays with it. When the gateway does not answer it is asked again.
pub async fn remove_method_flow(
    work: &Work,
    gateways: &Gateways,
    customer: CustomerId,
    id: PaymentMethodId,
) -> Result<(), ChangeMethodError> {
    let method = work
        .transact(&(customer, id), |ctx, (customer, id)| {
            Box::pin(payments::remove_method(ctx, *customer, *id))
        })
        .await?;
    Ok(forget_flow(work, gateways, &method).await?)
}

/// Has the gateway forget a card that is on record as removed. Safe to run again.
pub(crate) async fn forget_flow(
    work: &Work,
    gateways: &Gateways,
    method: &PaymentMethod,
) -> Result<(), database::Error> {
    let Some(gateway) = gateways.get(&method.gateway) else {
        tracing::error!(method = %method.id, gateway = method.gateway, "the gateway that keeps a card is not configured any more");
        return Ok(());
    };
    let asked = gateway.forget_method(&method.customer_reference, &method.reference);
    match answer(gateway, "forget method", asked).await {
        Ok(()) => {
            let mut ctx = work.write();
            payments::record_forgotten(&mut ctx, method.id).await?;
            ctx.commit().await
        }
        Err(error) => {
            tracing::warn!(method = %method.id, %error, "whether a gateway forgot a card is not known; the reconciler will ask");
            Ok(())
        }
    }
}

/// Has gateways forget a customer for whom they keep no card any more. False: one of them has yet to be asked again. One that
/// is not configured any more cannot be asked: it is named in the log, for whoever has an account there.
pub async fn forget_customer_flow(
    work: &Work,
    gateways: &Gateways,
    customer: CustomerId,
    known: &[GatewayCustomer],
) -> Result<bool, database::Error> {
    let mut are_all_done = true;
    for GatewayCustomer {
        gateway: name,
        reference,
        ..
    } in known
    {
        let Some(gateway) = gateways.get(name) else {
            tracing::error!(%customer, gateway = name, reference, "a gateway that knows somebody who is erased is not configured any more");
            forget(work, customer, name).await?;
            continue;
        };
        match answer(gateway, "forget customer", gateway.forget_customer(reference)).await {
            Ok(()) => forget(work, customer, name).await?,
            Err(error) => {
                tracing::warn!(%customer, %error, "whether a gateway forgot a customer is not known; it will be asked again");
                are_all_done = false;
            }
        }
    }
    Ok(are_all_done)
}

async fn forget(work: &Work, customer: CustomerId, gateway: &str) -> Result<(), database::Error> {
    let mut ctx = work.write();
    payments::erase_customer(&mut ctx, customer, gateway).await?;
    ctx.commit().await
}

/// The gateway's name for a customer for whom it is to keep a card. Without one the payment goes on, and no card is kept.
pub(crate) async fn introduce_flow(
    work: &Work,
    gateway: &dyn Gateway,
    customer: CustomerId,
    email: &str,
) -> Option<String> {
    let introduced = introduce(work, gateway, customer, email).await;
    introduced.unwrap_or_else(|error| {
        tracing::warn!(%customer, %error, "a customer could not be looked up, so no card is kept");
        None
    })
}

async fn introduce(
    work: &Work,
    gateway: &dyn Gateway,
    customer_id: CustomerId,
    email: &str,
) -> Result<Option<String>, database::Error> {
    let mut ctx = work.read();
    let known = payments::find_gateway_customer(&mut ctx, customer_id, gateway.name()).await;
    ctx.rollback().await;
    if let Some(known) = known? {
        return Ok(Some(known));
    }
    let request = CustomerRequest {
        customer_id,
        email: email.to_owned(),
        store_slug: work.store().slug.clone(),
    };
    match answer(gateway, "create customer", gateway.create_customer(&request)).await {
        Ok(reference) => {
            let mut ctx = work.write();
            let name = payments::record_gateway_customer(&mut ctx, customer_id, gateway.name(), &reference).await?;
            ctx.commit().await?;
            Ok(Some(name))
        }
        Err(error) => {
            tracing::warn!(customer = %customer_id, %error, "a gateway does not know a customer, so it keeps no card");
            Ok(None)
        }
    }
}

/// Asks which card the gateway kept of an attempt that has paid, and records it. Safe to run again.
pub(crate) async fn learn_flow(
    work: &Work,
    gateway: &dyn Gateway,
    attempt_id: AttemptId,
) -> Result<(), database::Error> {
    match answer(gateway, "kept method", gateway.kept_method(attempt_id)).await {
        Ok(kept) => {
            work.transact(&(attempt_id, kept), |ctx, (attempt_id, kept)| {
                Box::pin(payments::record_saved(ctx, *attempt_id, kept.as_ref()))
            })
            .await
        }
        Err(error) => {
            tracing::warn!(attempt = %attempt_id, %error, "which card a gateway kept is not known; the reconciler will ask");
            Ok(())
        }
    }
}
