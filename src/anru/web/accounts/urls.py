"""Addresses of people. (stub)"""
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.urls import include, path
def stub(request, **kwargs): return HttpResponse("stub")
s=login_not_required(stub)
accounts=[path("login/", LoginView.as_view(template_name="shell/plain.html"), name="login")]+[path(f"{n}/", s, name=n) for n in ("logout","password","totp","language","memberships")]
urlpatterns=[path("",include((accounts,"accounts"))), path("people/",include(([path("",s,name="list")],"people"))), path("organisations/",include(([path("",s,name="list")],"organisations")))]
