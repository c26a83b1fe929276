//! What an order to some place would pay: the same facts and the same sum as at checkout.

use axum::http::StatusCode;
use database::Ctx;
use kernel::{CountryCode, EmailAddress, FieldError, Invalid, Money};
use pricing::{LineFacts, Owing, Quote, QuoteFacts, ShippingFacts, TaxPart};
use serde::{Deserialize, Serialize};
use tax::{Destination, Place, TaxCode, exemption_for, list_codes, rates_for, shipping_rates_for};
use web::{Answer, MoneyView, Problem, Query, Staff, Visitor, can};

use crate::{
    coupons::percent_text,
    forms::{Choice, Errors, read_amount},
    tax_choices::tax_choices,
};

/// An order as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct PreviewForm {
    country: String,
    state: String,
    city: String,
    postal_code: String,
    code: String,
    price: String,
    delivery: String,
    email: String,
}

impl PreviewForm {
    /// An order to the store's own country.
    fn empty(country: CountryCode) -> Self {
        Self {
            country: country.to_string(),
            price: "100".to_owned(),
            ..Self::default()
        }
    }
}

#[derive(Serialize)]
struct PreviewView {
    form: PreviewForm,
    codes: Vec<Choice>,
    errors: Errors,
    shown: Option<Shown>,
}

/// What the order would come to.
#[derive(Serialize)]
struct Shown {
    place: String,
    goods: MoneyView,
    delivery: Option<MoneyView>,
    included: bool,
    taxes: Vec<TaxRow>,
    tax: MoneyView,
    total: MoneyView,
    /// Whether tax is collected there at all.
    collected: bool,
    /// The number of the certificate by which none is due.
    exempt: Option<String>,
}

#[derive(Serialize)]
struct TaxRow {
    name: String,
    jurisdiction: String,
    percent: String,
    amount: MoneyView,
    /// The delivery's part of it.
    on_delivery: Option<MoneyView>,
}

/// An order that can be worked out.
struct Asked {
    destination: Destination,
    code: TaxCode,
    price: Money,
    delivery: Option<Money>,
    email: Option<EmailAddress>,
}

impl PreviewForm {
    fn read(&self, visitor: &Visitor) -> Result<Asked, Invalid> {
        let currency = visitor.store().currency;
        let mut invalid = Invalid::default();
        let country = invalid.check("country", CountryCode::parse(self.country.trim()));
        let price = read_amount(&mut invalid, "price", &self.price, currency);
        if self.price.trim().is_empty() {
            invalid.push(FieldError::required("price"));
        }
        let delivery = read_amount(&mut invalid, "delivery", &self.delivery, currency);
        for (field, amount) in [("price", price), ("delivery", delivery)] {
            if amount.is_some_and(Money::is_negative) {
                invalid.push(FieldError::new(field, "negative", "must not be negative"));
            }
        }
        let email = Some(self.email.trim()).filter(|email| !email.is_empty());
        let email = email.and_then(|email| invalid.check("email", EmailAddress::parse(email)));
        let (Some(country), Some(price)) = (country, price) else {
            return Err(invalid);
        };
        invalid.into_result()?;
        Ok(Asked {
            destination: Destination::at(Place::state(country, &self.state), &self.city, &self.postal_code),
            code: TaxCode::of_goods(&self.code),
            price,
            delivery,
            email,
        })
    }
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>, Query(form): Query<PreviewForm>) -> Answer {
    let mut ctx = staff.work.read();
    let codes = list_codes(&mut ctx).await?;
    let (form, errors, shown) = if form.country.is_empty() && form.price.is_empty() {
        (PreviewForm::empty(staff.store().country), Errors::default(), None)
    } else {
        match form.read(&staff) {
            Err(invalid) => (form, Errors::of(&staff, invalid), None),
            Ok(asked) => {
                let shown = work_out(&mut ctx, asked).await?;
                let errors = if shown.is_none() {
                    Errors::one(&staff, "email", "no_such_customer", "no customer has this address")
                } else {
                    Errors::default()
                };
                (form, errors, shown)
            }
        }
    };
    ctx.rollback().await;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let view = PreviewView {
        codes: tax_choices(&staff, &codes, &form.code),
        form,
        errors,
        shown,
    };
    staff.page_with_status(status, "admin/settings/tax_preview.html", &view)
}

/// Nothing when there is no such customer.
async fn work_out(ctx: &mut Ctx, asked: Asked) -> Result<Option<Shown>, Problem> {
    let buyer = match asked.email {
        None => None,
        Some(email) => match customers::list_by_emails(ctx, &[email]).await?.pop() {
            Some(customer) => Some(customer.id),
            None => return Ok(None),
        },
    };
    let facts = tax::load(ctx, Some(&asked.destination), buyer).await?;
    let exemption = exemption_for(&facts, &asked.destination);
    let included = ctx.store().prices_include_tax;
    let owing = Owing {
        exempt: exemption.is_some(),
        included,
    };
    let rates = rates_for(&facts, &asked.destination, &asked.code);
    let on_delivery = shipping_rates_for(&facts, &asked.destination);
    let too_large = |_error| Problem::field("price", "too_large", "is too large");
    let delivery = asked.delivery.map(|price| {
        Ok(ShippingFacts {
            price: owing.price(price, &on_delivery)?,
            taxes: owing.taxes(on_delivery.clone()),
        })
    });
    let quoted = QuoteFacts {
        currency: ctx.currency(),
        prices_include_tax: included,
        tax_rounding: ctx.store().tax_rounding,
        now: ctx.now(),
        lines: vec![LineFacts {
            variant_id: ctx.new_id(),
            product_id: ctx.new_id(),
            collection_ids: Vec::new(),
            quantity: 1,
            unit_price: owing.price(asked.price, &rates).map_err(too_large)?,
            taxes: owing.taxes(rates),
        }],
        shipping: delivery.transpose().map_err(too_large)?,
        coupons: Vec::new(),
    };
    let quote = pricing::quote(&quoted).map_err(|_error| Problem::field("price", "too_large", "is too large"))?;
    Ok(Some(Shown {
        collected: facts.nexus.taxed_at(facts.origin, &asked.destination).is_some(),
        exempt: exemption.map(|exemption| exemption.certificate.clone()),
        ..shown(&asked.destination, &quote)
    }))
}

fn shown(destination: &Destination, quote: &Quote) -> Shown {
    let shipping = quote.shipping.as_ref();
    let of_delivery = shipping.map(|shipping| shipping.taxes.as_slice()).unwrap_or_default();
    let row = |part: &TaxPart| {
        let same = of_delivery.iter().find(|other| {
            (&other.name, other.rate, &other.jurisdiction) == (&part.name, part.rate, &part.jurisdiction)
        });
        TaxRow {
            name: part.name.clone(),
            jurisdiction: part.jurisdiction.clone(),
            percent: percent_text(part.rate),
            amount: part.amount.into(),
            on_delivery: same.map(|other| other.amount.into()),
        }
    };
    Shown {
        place: destination.place.to_string(),
        goods: quote.items_total.into(),
        delivery: shipping.map(|_| quote.shipping_total.into()),
        included: quote.prices_include_tax,
        taxes: quote.taxes.iter().map(row).collect(),
        tax: quote.tax_total.into(),
        total: quote.total.into(),
        collected: true,
        exempt: None,
    }
}
