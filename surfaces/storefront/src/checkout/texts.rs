//! Asking for texts about the order that a cart becomes.

use database::Ctx;
use kernel::{CartId, CountryCode, FieldError};
use notifications::{PhoneNumber, TextWish, TextsAbout, WishTexts};
use web::{Problem, Visitor};

use super::CheckoutForm;
use crate::text_number;

/// What is known where the store sends texts.
pub(super) struct Texts {
    /// What was said before, about this cart or every order.
    wish: Option<TextWish>,
}

impl Texts {
    /// Nothing in a store that sends none.
    pub(super) async fn load(visitor: &Visitor, cart: CartId) -> Result<Option<Self>, Problem> {
        let mut ctx = visitor.work.read();
        let texts = if notifications::offers_texts(&mut ctx).await? {
            let wish = notifications::find_text_wish(&mut ctx, about(visitor, cart)).await?;
            Some(Self { wish })
        } else {
            None
        };
        ctx.rollback().await;
        Ok(texts)
    }

    /// Begins with what was asked for before.
    pub(super) fn fill(&self, form: &mut CheckoutForm) {
        if let Some(wish) = &self.wish {
            form.fill_wish(wish);
        }
    }

    /// The number that was asked for and answered that it wants none.
    pub(super) fn stopped(&self) -> Option<String> {
        let wish = self.wish.as_ref().filter(|wish| wish.wanted && wish.stopped)?;
        Some(wish.phone.as_ref()?.as_str().to_owned())
    }
}

fn about(visitor: &Visitor, cart: CartId) -> TextsAbout {
    TextsAbout {
        cart: Some(cart),
        customer: visitor.customer(),
    }
}

/// What the box on the page says: nothing where nobody was asked, a number or none where somebody was.
pub(super) async fn read(
    visitor: &Visitor,
    form: &CheckoutForm,
) -> Result<Result<Option<Option<PhoneNumber>>, FieldError>, Problem> {
    let mut ctx = visitor.work.read();
    if form.texts_asked.is_empty() || !notifications::offers_texts(&mut ctx).await? {
        return Ok(Ok(None));
    }
    let number = match (form.text_to(), CountryCode::parse(&form.country)) {
        (Some(typed), Ok(country)) => {
            let number = text_number::read(&mut ctx, visitor, (typed, country), "texts_phone").await?;
            number.map(|number| Some(Some(number)))
        }
        (_, _) => Ok(Some(None)),
    };
    ctx.rollback().await;
    Ok(number)
}

/// Notes it.
pub(super) async fn wish(
    ctx: &mut Ctx,
    visitor: &Visitor,
    cart: CartId,
    phone: Option<&PhoneNumber>,
) -> Result<(), Problem> {
    let wish = WishTexts {
        about: about(visitor, cart),
        phone,
        client: &visitor.client_ip().to_string(),
    };
    Ok(notifications::wish_texts(ctx, wish).await?)
}
