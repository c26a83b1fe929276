//! What the checkout form sends, and what it starts with.

use cart::{CartView, Changes};
use checkout::PayWith;
use chrono::NaiveDate;
use kernel::{Address, CountryCode, Currency, CustomerId, EmailAddress, FieldError, Invalid, Money, Store};
use notifications::{PhoneNumber, TextWish};
use serde::{Deserialize, Serialize};
use web::{Problem, Visitor};

use super::book::Book;
use crate::{places, saved_cards::SavedCardView};

/// What `method` says when no saved card is chosen.
const ANOTHER_CARD: &str = "new";

/// The checkout form as a browser sends it. There is no field for a card: the gateway's script turns it into a token.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CheckoutForm {
    pub(crate) email: String,
    pub(crate) name: String,
    /// The id of the address that was chosen from the book.
    pub(crate) address: String,
    pub(crate) company: String,
    pub(crate) line1: String,
    pub(crate) line2: String,
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) postal_code: String,
    pub(crate) country: String,
    /// The country whose fields were on the page.
    pub(crate) fields_of: String,
    pub(crate) phone: String,
    /// Whether the address is to be kept in the book.
    pub(crate) save_address: String,
    /// Whether the order is to be texted about.
    pub(crate) texts: String,
    /// The number for that; empty is the address's.
    pub(crate) texts_phone: String,
    /// Whether that was asked on the page.
    pub(crate) texts_asked: String,
    pub(crate) shipping: String,
    /// Such as `2026-11-23`; empty is as soon as possible.
    pub(crate) delivery_date: String,
    pub(crate) note: String,
    pub(crate) gateway: String,
    pub(crate) payment_token: String,
    /// The id of a saved card, or `new` for another.
    pub(crate) method: String,
    /// Whether the other card is to be saved.
    pub(crate) save_card: String,
    /// The total that was shown, in minor units.
    pub(crate) total: String,
    /// What it was made of.
    pub(crate) sums: String,
    /// What one of each line cost when the page was made.
    pub(crate) prices: String,
    /// `update` only shows the new sums, `country` the fields of the chosen country, `address` the chosen address; anything
    /// else places the order.
    pub(crate) action: String,
}

impl CheckoutForm {
    /// What the cart already knows.
    pub(crate) fn of_cart(view: &CartView, store: &Store) -> Self {
        let mut form = Self {
            email: view.cart.email.as_ref().map(ToString::to_string).unwrap_or_default(),
            shipping: view.cart.shipping_option.clone().unwrap_or_default(),
            delivery_date: view.cart.delivery_date.map(|date| date.to_string()).unwrap_or_default(),
            note: view.cart.customer_note.clone(),
            country: store.country.to_string(),
            gateway: "sandbox".to_owned(),
            ..Self::default()
        };
        if let Some(address) = &view.cart.shipping_address {
            form.fill_address(address);
        }
        form
    }

    /// What is still empty comes from the customer's profile and default address.
    pub(super) async fn fill_from_customer(
        &mut self,
        ctx: &mut database::Ctx,
        customer: CustomerId,
        book: &Book,
    ) -> Result<(), Problem> {
        if self.line1.is_empty()
            && let Some(address) = book.first()
        {
            self.fill_address(address);
        }
        if (self.name.is_empty() || self.email.is_empty())
            && let Some(found) = customers::find(ctx, customer).await?
        {
            if self.name.is_empty() {
                self.name = format!("{} {}", found.first_name, found.last_name).trim().to_owned();
            }
            self.email = found.email.to_string();
        }
        Ok(())
    }

    /// An address that was just chosen from the book takes the place of what was typed.
    pub(super) fn fill_chosen(&mut self, book: &Book) {
        if self.action == "address"
            && let Some(address) = book.chosen(&self.address)
        {
            self.fill_address(address);
            self.fields_of.clone_from(&self.country);
        }
    }

    fn fill_address(&mut self, address: &Address) {
        let address = address.clone();
        self.name = address.full_name();
        self.company = address.company;
        self.line1 = address.line1;
        self.line2 = address.line2;
        self.city = address.city;
        self.state = address.state;
        self.postal_code = address.postal_code;
        self.country = address.country.to_string();
        self.phone = address.phone;
    }

    /// A page that was just opened begins with the default card. A card that is not offered is not chosen.
    pub(crate) fn choose_card(&mut self, offered: &[SavedCardView]) {
        if self.method.is_empty() {
            self.method = offered.first().map(|card| card.id.clone()).unwrap_or_default();
        } else if !offered.iter().any(|card| card.id == self.method) {
            self.method = ANOTHER_CARD.to_owned();
        }
    }

    /// What it is paid with; where nothing is to be paid, with nothing. Guests save no card.
    pub(crate) fn payment(&self, total: Money, signed_in: bool) -> Result<Option<PayWith>, FieldError> {
        let with = match self.method.as_str() {
            _ if total.is_zero() => return Ok(None),
            "" | ANOTHER_CARD => PayWith::Token {
                gateway: self.gateway.clone(),
                token: self.payment_token.clone(),
                save: signed_in && !self.save_card.is_empty(),
            },
            id => PayWith::Saved(id.parse().map_err(|_not_an_id| card_gone())?),
        };
        Ok(Some(with))
    }

    /// The chosen delivery's code.
    pub(crate) fn shipping_option(&self) -> Option<String> {
        Some(self.shipping.clone()).filter(|code| !code.is_empty())
    }

    /// The total the shopper saw; a form without one has shown none.
    pub(crate) fn expected_total(&self, currency: Currency) -> Option<Money> {
        self.total.parse().ok().map(|minor| Money::new(minor, currency))
    }

    /// The address for the sums, as far as it is filled in.
    pub(crate) fn preview_address(&self) -> Option<Address> {
        let known = !self.state.is_empty() || !self.line1.is_empty();
        let country = CountryCode::parse(&self.country).ok()?;
        known.then(|| self.address(country))
    }

    /// Everything the cart has to know, or what is wrong with it.
    pub(crate) fn read(&self, visitor: &Visitor) -> Result<Changes, Invalid> {
        let mut invalid = Invalid::default();
        let email = match &visitor.session {
            Some(session) if self.email.is_empty() => Some(session.email.clone()),
            Some(_) | None => invalid.check("email", EmailAddress::parse(&self.email)),
        };
        if self.name.trim().is_empty() {
            invalid.push(FieldError::required("name"));
        }
        let country = invalid.check("country", CountryCode::parse(&self.country));
        let address = country.map(|country| self.address(country).checked()).transpose();
        let address = address.unwrap_or_else(|wrong| {
            wrong.0.into_iter().for_each(|error| invalid.push(error));
            None
        });
        let delivery_date = match self.delivery_date.as_str() {
            "" => None,
            text => invalid.check("delivery_date", text.parse::<NaiveDate>().map_err(|_error| no_date())),
        };
        invalid.into_result()?;
        Ok(Changes {
            delivery_date: Some(delivery_date),
            email: email.map(Some),
            shipping_address: address.map(Some),
            billing_address: None,
            shipping_option: self.shipping_option().map(Some),
            customer_note: Some(self.note.trim().to_owned()),
        })
    }

    /// Whether the order is being placed, with an address that the book shall have.
    pub(super) fn keeps_address(&self) -> bool {
        !self.save_address.is_empty() && !matches!(self.action.as_str(), "update" | "country" | "address")
    }

    /// The number that is to be texted, if one is.
    pub(crate) fn text_to(&self) -> Option<&str> {
        let is_own = !self.texts_phone.trim().is_empty();
        let typed = if is_own { &self.texts_phone } else { &self.phone };
        (!self.texts.is_empty()).then_some(typed)
    }

    /// What was asked for before: for this cart, or for every order.
    pub(crate) fn fill_wish(&mut self, wish: &TextWish) {
        if wish.wanted {
            self.texts = "1".to_owned();
            let phone = wish.phone.as_ref().map(PhoneNumber::as_str);
            self.texts_phone = phone.unwrap_or_default().to_owned();
        }
    }

    /// The state for the page's fields.
    pub(crate) fn chosen_state(&self) -> String {
        places::state_in(&self.country, &self.fields_of, &self.state)
    }

    /// The chosen day, for the sums and the list of days.
    pub(crate) fn chosen_date(&self) -> Option<NaiveDate> {
        self.delivery_date.parse().ok()
    }

    /// First word and the rest: the name field is one, because people know how to write their name.
    fn address(&self, country: CountryCode) -> Address {
        let name = self.name.trim();
        let (first_name, last_name) = name.rsplit_once(' ').unwrap_or((name, ""));
        Address {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            company: self.company.clone(),
            line1: self.line1.clone(),
            line2: self.line2.clone(),
            city: self.city.clone(),
            state: places::state_in(country.as_str(), &self.fields_of, &self.state),
            postal_code: self.postal_code.clone(),
            country,
            phone: self.phone.clone(),
        }
    }
}

/// The chosen card is not, or no longer, one of the customer's.
pub(super) fn card_gone() -> FieldError {
    FieldError::new("method", "card_gone", "is not one of your saved cards")
}

fn no_date() -> FieldError {
    FieldError::new("delivery_date", "date_gone", "is not a day that can be chosen")
}
