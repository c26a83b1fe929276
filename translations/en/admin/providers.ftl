# Providers that people sign in with
admin-settings-providers = Sign-in providers
admin-settings-providers-what = Who vouches for customers and staff besides a password: Google, Microsoft, your company, any OpenID Connect provider.
admin-providers-none = There is no provider yet: everybody signs in with a password or a passkey.
admin-provider-new = New provider
admin-provider-issuer = Issuer
admin-provider-issuer-hint = The address the provider calls itself, such as https://accounts.google.com. It cannot be changed.
admin-provider-for = For
admin-provider-customers = Customers
admin-provider-staff = Staff
admin-provider-name-hint = What the button on the sign-in page says after “Continue with”.
admin-provider-client-id = Client ID
admin-provider-client-secret = Client secret
admin-provider-secret-hint = The provider gives you both when you register the store there. The secret is kept encrypted.
admin-provider-secret-kept = Leave it empty to keep the secret there is.
admin-provider-scopes = Scopes
admin-provider-scopes-hint = What is asked for, parted by blanks. Without “email” nobody new can be recognised.
admin-provider-for-customers = Customers sign in with it; whoever is new gets an account
admin-provider-for-staff = Staff sign in with it
admin-provider-staff-what = Staff are never made by a provider: somebody who works here already is recognised by a confirmed address. Only an owner may set up a provider for staff.
admin-provider-enabled = In use
admin-provider-callback = Register this redirect address with the provider:
admin-provider-linked = { $count ->
    [0] No account is linked.
    [one] One account is linked.
   *[other] { $count } accounts are linked.
}
admin-provider-unreachable = The provider cannot be reached: { $reason }
admin-provider-unusable = This is no provider that can be used: { $reason }
admin-flash-provider-added = The provider answered and is added. Register the address below there.
admin-remove-provider = Nobody signs in with it any more, and every link with it ends. Accounts stay: people sign in another way or ask for a new password.
