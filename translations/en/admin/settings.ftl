# Settings
admin-settings-shipping = Shipping
admin-settings-shipping-what = Where you ship to, and what it costs.
admin-shipping-none = There is no zone yet, so nothing can be shipped.
admin-shipping-no-methods = No method ships here.
admin-shipping-method = Method
admin-shipping-days = Days
admin-shipping-flat = Flat
admin-shipping-by-weight = By weight, from
admin-shipping-by-price = By price, from
admin-shipping-free-from = free from { $amount }
admin-shipping-on = On
admin-shipping-off = Off
admin-shipping-switch-on = Switch on
admin-shipping-switch-off = Switch off
