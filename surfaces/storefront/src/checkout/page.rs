//! What the checkout's page shows.

use std::collections::BTreeMap;

use cart::{CartView, Notice};
use checkout::Sums;
use chrono::NaiveDate;
use inventory::Location;
use kernel::{Locale, LocationId};
use serde::{Serialize, Serializer};
use shipping::ShippingOption;
use web::{MoneyView, Visitor};

use super::{
    CheckoutForm,
    book::{Book, BookView},
    prices,
    texts::Texts,
    trouble::Trouble,
};
use crate::{
    places::{self, PlacesView},
    saved_cards::SavedCardView,
    views::{CartPage, HeldView, TotalsView, day, label},
};

#[derive(Serialize)]
pub(crate) struct CheckoutPage {
    form: CheckoutForm,
    places: PlacesView,
    book: BookView,
    cart: CartPage,
    /// What one of each line costs, which the form sends along with everything it asks.
    prices: String,
    summary: SummaryView,
    needs_shipping: bool,
    /// Whether the contact fields are shown: for guests who chose so, and for everybody signed in.
    contact_open: bool,
    /// Whether an account is not needed.
    guests_may_buy: bool,
    customer: bool,
    email: String,
    /// The saved cards that can pay.
    cards: Vec<SavedCardView>,
    /// Whether the order can be texted about.
    texts: bool,
    /// The number that was asked for before and answered that it wants none.
    texts_stopped: Option<String>,
    /// Whether a card can be saved: there is a customer to save it for.
    can_save: bool,
    /// What is wrong at which field.
    errors: BTreeMap<String, &'static str>,
    /// What went wrong as a whole, a key of the texts.
    trouble: Option<&'static str>,
    /// Which parts of the total are others than those that were shown.
    changed: Vec<&'static str>,
    /// Whether the cart's page tells more.
    look_at_cart: bool,
    /// The gateway's reason for a declined payment.
    decline: Option<String>,
}

/// The deliveries and sums: the piece of the page that changes with the address.
#[derive(Serialize)]
pub(crate) struct SummaryView {
    options: Vec<OptionView>,
    /// What may not be sent to the address.
    refused: Vec<String>,
    totals: TotalsView,
    #[serde(serialize_with = "as_text")]
    sums: Sums,
    /// Whether there is nothing to pay.
    free: bool,
    needs_shipping: bool,
    /// Whether tax will still be added, because the address is not known yet.
    before_tax: bool,
    note: String,
    held: Option<HeldView>,
    /// Whether the stock could not be set aside.
    out_of_stock: bool,
}

/// As the form sends it back.
fn as_text<S: Serializer>(sums: &Sums, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(sums)
}

/// The pieces of the page that its script asks for again and again.
#[derive(Serialize)]
pub(crate) struct PreviewPage {
    /// Whether another address was chosen, so that all of its fields are others.
    is_chosen: bool,
    form: CheckoutForm,
    places: PlacesView,
    cart: CartPage,
    part: SummaryView,
}

#[derive(Serialize)]
struct OptionView {
    code: String,
    name: String,
    price: MoneyView,
    free: bool,
    /// When it comes.
    earliest: String,
    latest: String,
    /// The days a shopper may choose from.
    dates: Vec<DateView>,
    /// Where it is fetched, when it is.
    pickup: Option<PickupView>,
    chosen: bool,
}

#[derive(Serialize)]
struct DateView {
    /// Such as `2026-11-23`.
    value: String,
    day: String,
    chosen: bool,
}

#[derive(Serialize)]
struct PickupView {
    name: String,
    address: Vec<String>,
}

impl SummaryView {
    pub(crate) fn new(view: &CartView, form: &CheckoutForm, places: &[Location], locale: Locale) -> Self {
        let date = |date: &NaiveDate| DateView {
            value: date.to_string(),
            day: day(*date),
            chosen: form.chosen_date() == Some(*date),
        };
        let pickup = |id: LocationId| {
            let found = places.iter().find(|place| place.id == id)?;
            Some(PickupView {
                name: found.terms.name.clone(),
                address: label(found.terms.address.as_ref(), locale),
            })
        };
        let chosen = view.shipping.as_ref().map(|option| option.code.as_str());
        let option = |option: &ShippingOption| OptionView {
            code: option.code.clone(),
            name: option.name.clone(),
            price: option.price.into(),
            free: option.price.is_zero(),
            earliest: day(option.earliest),
            latest: day(option.latest),
            dates: option.dates.iter().map(date).collect(),
            pickup: option.pickup.and_then(pickup),
            chosen: Some(option.code.as_str()) == chosen,
        };
        Self {
            options: view.shipping_options.iter().map(option).collect(),
            refused: view.refused_titles(),
            totals: TotalsView::of(view),
            sums: Sums::of(&view.quote),
            free: view.quote.total.is_zero(),
            needs_shipping: view.needs_shipping(),
            before_tax: !view.quote.prices_include_tax && form.preview_address().is_none(),
            note: form.note.clone(),
            held: HeldView::of(view),
            out_of_stock: is_short(view),
        }
    }
}

/// Whether something is not there any more, or not as much of it.
fn is_short(view: &CartView) -> bool {
    let is_short = |notice: &Notice| matches!(notice, Notice::Unavailable | Notice::OnlyLeft { .. });
    view.lines.iter().any(|line| line.notices.iter().any(is_short))
}

impl PreviewPage {
    pub(crate) fn new(view: &CartView, places: &[Location], form: CheckoutForm, locale: Locale) -> Self {
        Self {
            places: PlacesView::new(&form.country, &form.chosen_state(), locale),
            cart: CartPage::from(view),
            part: SummaryView::new(view, &form, places, locale),
            is_chosen: form.action == "address",
            form,
        }
    }
}

impl CheckoutPage {
    pub(crate) fn new(
        visitor: &Visitor,
        view: &CartView,
        places: &[Location],
        form: CheckoutForm,
        guest: bool,
    ) -> Self {
        let email = visitor
            .session
            .as_ref()
            .map(|session| session.email.to_string())
            .unwrap_or_default();
        // Whoever is signed in may still order under another name and address, as a guest would.
        let as_customer = !guest && (form.email.is_empty() || form.email == email);
        Self {
            places: PlacesView::new(&form.country, &form.chosen_state(), visitor.locale),
            book: BookView::default(),
            cart: CartPage::from(view),
            prices: prices::text_of(&view.lines),
            summary: SummaryView::new(view, &form, places, visitor.locale),
            needs_shipping: view.needs_shipping(),
            contact_open: visitor.session.is_some() || guest && visitor.store().guests_may_buy,
            guests_may_buy: visitor.store().guests_may_buy,
            customer: visitor.session.is_some() && as_customer,
            email,
            cards: Vec::new(),
            texts: false,
            texts_stopped: None,
            can_save: visitor.customer().is_some(),
            errors: BTreeMap::new(),
            trouble: None,
            changed: Vec::new(),
            look_at_cart: false,
            decline: None,
            form,
        }
    }

    pub(super) fn with_book(mut self, book: &Book, locale: Locale) -> Self {
        self.book = book.view(&self.form, locale);
        self
    }

    pub(crate) fn with_cards(mut self, cards: Vec<SavedCardView>) -> Self {
        self.cards = cards;
        self
    }

    pub(crate) fn with_texts(mut self, texts: Option<&Texts>) -> Self {
        self.texts = texts.is_some() && self.needs_shipping;
        self.texts_stopped = texts.and_then(Texts::stopped);
        self
    }

    pub(crate) fn with_trouble(mut self, trouble: Trouble) -> Self {
        match trouble {
            Trouble::None | Trouble::Elsewhere => {}
            Trouble::Fields(invalid) => {
                self.trouble = Some("checkout-mend-fields");
                self.errors = invalid
                    .0
                    .into_iter()
                    .map(|error| {
                        let field = match error.field.rsplit('.').next().unwrap_or_default() {
                            "first_name" | "last_name" => "name",
                            "customer_note" => "note",
                            field => field,
                        };
                        let code = places::code_of(error.code, &self.form.state, &self.form.postal_code);
                        (field.to_owned(), code)
                    })
                    .collect();
            }
            Trouble::TotalChanged => {
                self.trouble = Some("checkout-total-changed");
                let changed = Sums::parse(&self.form.sums).map(|shown| self.summary.sums.changed_since(shown));
                self.changed = changed.unwrap_or_default();
            }
            Trouble::OutOfStock => {
                self.trouble = Some("checkout-out-of-stock");
                self.look_at_cart = true;
            }
            Trouble::Blocked => {
                self.trouble = Some("cart-blocked");
                self.look_at_cart = true;
            }
            Trouble::CannotShip => {
                self.trouble = Some("checkout-cannot-ship");
                self.look_at_cart = true;
            }
            Trouble::CustomerMaximum => {
                self.trouble = Some("checkout-customer-maximum");
                self.look_at_cart = true;
            }
            Trouble::CouponUsedUp => self.trouble = Some("checkout-coupon-used-up"),
            Trouble::Cancelled => {
                self.trouble = Some("checkout-cancelled");
                self.look_at_cart = true;
            }
            Trouble::Declined(code) => {
                self.trouble = Some("checkout-declined");
                self.decline = Some(code);
            }
        }
        self
    }
}
