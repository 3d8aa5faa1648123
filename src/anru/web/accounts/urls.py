"""Addresses of people. (stub)"""
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.urls import include, path
def stub(request, **kwargs): return HttpResponse("stub")
s=login_not_required(stub)

N=lambda names,ns:path("",include(([path(f"{ns}/{n}/",s,name=n) for n in names],ns)))
urlpatterns=[N(["login","login-code","logout","password","totp","totp-removal","language","memberships"],"accounts"),N(["list","invitations"],"people"),N(["list"],"organisations")]
