//! A shopper finds a review helpful, or reports it. A customer is one voter; guests of one address are one together, for
//! everything else they could show us is theirs to forge.

use std::net::IpAddr;

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::ReviewId;
use reviews::{Vote, VoteError};
use serde::Deserialize;
use sha2::Sha256;
use web::{Answer, Form, Path, Problem, Visitor, local_path};

use crate::Shop;

/// Where the reader was.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct VoteForm {
    back: String,
}

pub(crate) async fn helpful(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<ReviewId>,
    Form(form): Form<VoteForm>,
) -> Answer {
    let keys = ["review-flash-helpful", "review-flash-helpful-already"];
    vote(&visitor, &shop, (id, Vote::Helpful), keys, &form).await
}

pub(crate) async fn report(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<ReviewId>,
    Form(form): Form<VoteForm>,
) -> Answer {
    // Reported twice it is reported.
    let keys = ["review-flash-reported"; 2];
    vote(&visitor, &shop, (id, Vote::Report), keys, &form).await
}

async fn vote(
    visitor: &Visitor,
    shop: &Shop,
    (id, kind): (ReviewId, Vote),
    [counted, already]: [&str; 2],
    form: &VoteForm,
) -> Answer {
    let mut ctx = visitor.work.write();
    let is_new = reviews::vote(&mut ctx, id, kind, &voter(visitor, shop))
        .await
        .map_err(|error| match error {
            VoteError::NotFound => Problem::not_found(),
            VoteError::Internal(error) => error.into(),
        })?;
    ctx.commit().await?;
    visitor.flash(if is_new { counted } else { already });
    let page = local_path(&form.back).split('#').next().unwrap_or("/");
    Ok(Redirect::to(&format!("{page}#{id}")).into_response())
}

fn voter(visitor: &Visitor, shop: &Shop) -> String {
    match visitor.customer() {
        Some(customer) => customer.to_string(),
        None => guest(&shop.link_key, visitor.client_ip()),
    }
}

/// A guest by their address, which cannot be read out of the answer. A household has a whole network of IPv6, of 64 bits.
fn guest(key: &[u8; 32], address: IpAddr) -> String {
    let network = match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().into_iter().take(8).collect(),
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(b"souk review voter\0");
    mac.update(&network);
    let hash = mac.finalize().into_bytes();
    hash.iter()
        .take(16)
        .fold("guest ".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_voter_and_nobody_reads_its_address() {
        let of = |address: &str| guest(&[1; 32], address.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_ne!(of("192.0.2.1"), guest(&[2; 32], "192.0.2.1".parse().unwrap()));
        assert!(!of("192.0.2.1").contains("192"));
    }
}
