//! How money that moved stands in the books.

use kernel::{Money, OrderId};
use ledger::{Account, BookError, NewTransaction};

/// Money that a gateway took: debit the gateway, credit the orders. Its fee goes from the gateway to the fees.
pub(crate) fn capture(
    reference: String,
    order_id: OrderId,
    gateway: &str,
    amount: Money,
    fee: Money,
) -> Result<NewTransaction, BookError> {
    let gateway = Account::Gateway(gateway.to_owned());
    let taken = NewTransaction::transfer("capture", reference, gateway.clone(), Account::Orders, amount)?;
    Ok(taken.and(Account::Fees, gateway, fee)?.for_order(order_id))
}

/// Money that a gateway gave back: debit the orders, credit the gateway. What it returned of its fee is debited to it.
pub(crate) fn refund(
    reference: String,
    order_id: OrderId,
    gateway: &str,
    amount: Money,
    fee_returned: Money,
) -> Result<NewTransaction, BookError> {
    let gateway = Account::Gateway(gateway.to_owned());
    let returned = NewTransaction::transfer("refund", reference, Account::Orders, gateway.clone(), amount)?;
    Ok(returned.and(gateway, Account::Fees, fee_returned)?.for_order(order_id))
}

/// The fee as it can be booked: what is not of the payment's currency, or below zero, is told and left out.
pub(crate) fn fee(told: Option<Money>, amount: Money) -> Money {
    let none = Money::zero(amount.currency());
    match told {
        Some(fee) if fee.currency() == amount.currency() && !fee.is_negative() => fee,
        Some(fee) => {
            tracing::error!(%fee, %amount, "a gateway's fee is not in the currency of the payment, and not booked");
            none
        }
        None => none,
    }
}
